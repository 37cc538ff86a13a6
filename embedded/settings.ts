/** Settings of this process, or every problem in them: also those that only what runs a schedule knows. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { Cron } from 'croner'
import { parseSettings, type SettingProblem } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'

/** What was said, by the names of the environment. */
export type Said = Readonly<Record<string, string | undefined>>

export function settingsOf(
  said: Said,
): { ok: true; settings: Settings } | { ok: false; problems: readonly SettingProblem[] } {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const parsed = parseSettings({ env: said, hostname: hostname(), timeZone, resolvePath: resolve })
  const found = parsed.ok ? [] : parsed.problems
  const problems = [...found, ...scheduleProblems(said, found)]
  return parsed.ok && problems.length === 0 ? parsed : { ok: false, problems }
}

const scheduleName = 'MONITOR_REPORT_SCHEDULE'

/** Only what runs a schedule knows whether it ever comes. */
function scheduleProblems(said: Said, found: readonly SettingProblem[]): SettingProblem[] {
  const value = said[scheduleName]
  if (value === undefined || value === '' || found.some(({ name }) => name === scheduleName)) return []
  const problem = (expected: string) => [{ name: scheduleName, value, expected }]
  try {
    return new Cron(value, { paused: true }).nextRun() === null ? problem('a time that comes, e.g. 0 7 * * *') : []
  } catch {
    return problem('five cron fields, e.g. 0 7 * * *')
  }
}
