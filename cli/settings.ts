/** Settings of this process: a file of settings, over it the environment, and over that what the command line says. */
import type { Settings } from '../core/settings.ts'
import { settingsOf } from '../embedded/settings.ts'
import type { Parsed } from './options.ts'
import { readSaid } from './said.ts'
import { orUsageError } from './usage-error.ts'

/** Throws a `UsageError` that lists every problem, each where it was said. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  parsed: Pick<Parsed, 'settings' | 'flags'>,
): Settings {
  const said = readSaid(env, parsed)
  return orUsageError(settingsOf(said.values), said)
}
