/** A host of its own for a check: real directories, the real kernel, a clock that stands. */
import type { CheckContext, Result } from '../../../../cli/doctor/check.ts'
import type { Settings } from '../../../../core/settings.ts'
import { makeSettings } from '../../../make.ts'
import { createManualClock, createPlainRandom } from '../../functions/notify/manual-clock.ts'

export function makeContext(changes: Partial<Settings> = {}, more: Partial<CheckContext> = {}): CheckContext {
  return {
    settings: makeSettings(changes),
    version: '1.2.3',
    clock: createManualClock(),
    random: createPlainRandom(),
    roots: { proc: '/proc', sys: '/sys', units: [] },
    ...more,
  }
}

/** `name: outcome` or `name: finding`, in their order. */
export function told(results: readonly Result[]): string[] {
  return results.map(({ name, outcome, finding = outcome }) => `${name}: ${finding}`)
}
