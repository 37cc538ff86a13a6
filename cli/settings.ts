/** Settings of this process: the environment, and over it what the command line says. */
import type { Settings } from '../core/settings.ts'
import { settingsOf } from '../embedded/settings.ts'
import type { Parsed } from './options.ts'
import { orUsageError } from './usage-error.ts'

/** Throws a `UsageError` that lists every problem, each where it was said: `--port`, or `MONITOR_PORT`. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  parsed: Pick<Parsed, 'settings' | 'flags'>,
): Settings {
  return orUsageError(settingsOf({ ...env, ...parsed.settings }), parsed)
}
