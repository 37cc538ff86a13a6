/** Settings, or all that is wrong with them as one error. */
import { formatProblems, type SettingProblem } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import { UsageError } from './errors.ts'
import type { Said } from './said.ts'

type Read = { ok: true; settings: Settings } | { ok: false; problems: readonly SettingProblem[] }

export function orUsageError(read: Read, { placeOf, problems }: Pick<Said, 'placeOf' | 'problems'>): Settings {
  if (read.ok && problems.length === 0) return read.settings
  const found = read.ok ? [] : read.problems
  throw new UsageError(formatProblems([...problems, ...found.map((one) => ({ ...one, name: placeOf(one.name) }))]))
}
