/** Settings of this process: the environment, and over it what the command line says. */
import { formatProblems } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import { settingsOf } from '../embedded/settings.ts'
import { UsageError } from './errors.ts'
import type { Parsed } from './options.ts'

/** Throws a `UsageError` that lists every problem, each where it was said: `--port`, or `MONITOR_PORT`. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  { settings: given, flags }: Pick<Parsed, 'settings' | 'flags'>,
): Settings {
  const read = settingsOf({ ...env, ...given })
  if (read.ok) return read.settings
  throw new UsageError(formatProblems(read.problems.map((one) => ({ ...one, name: flags[one.name] ?? one.name }))))
}
