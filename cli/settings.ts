/** Settings of this process: the environment, and over it what the command line says. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { Cron } from 'croner'
import { formatProblems, parseSettings, type SettingProblem } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import { UsageError } from './errors.ts'
import type { Parsed } from './options.ts'

/** Throws a `UsageError` that lists every problem, each where it was said: `--port`, or `MONITOR_PORT`. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  { settings: given, flags }: Pick<Parsed, 'settings' | 'flags'>,
): Settings {
  const said = { ...env, ...given }
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const parsed = parseSettings({ env: said, hostname: hostname(), timeZone, resolvePath: resolve })
  const found = parsed.ok ? [] : parsed.problems
  const problems = [...found, ...scheduleProblems(said, found)]
  if (parsed.ok && problems.length === 0) return parsed.settings
  throw new UsageError(formatProblems(problems.map((one) => ({ ...one, name: flags[one.name] ?? one.name }))))
}

const scheduleName = 'MONITOR_REPORT_SCHEDULE'

/** Only what runs a schedule knows whether it ever comes. */
function scheduleProblems(
  said: Readonly<Record<string, string | undefined>>,
  found: readonly SettingProblem[],
): SettingProblem[] {
  const value = said[scheduleName]
  if (value === undefined || value === '' || found.some(({ name }) => name === scheduleName)) return []
  const problem = (expected: string) => [{ name: scheduleName, value, expected }]
  try {
    return new Cron(value, { paused: true }).nextRun() === null ? problem('a time that comes, e.g. 0 7 * * *') : []
  } catch {
    return problem('five cron fields, e.g. 0 7 * * *')
  }
}
