/** Settings of this process: the environment, and over it what the command line says. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { formatProblems, parseSettings, type Settings } from '../core/settings.ts'
import { UsageError } from './errors.ts'

/** Throws a `UsageError` that lists every problem. */
export function readSettings(env: NodeJS.ProcessEnv, given: Readonly<Record<string, string>>): Settings {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const parsed = parseSettings({ env: { ...env, ...given }, hostname: hostname(), timeZone, resolvePath: resolve })
  if (!parsed.ok) throw new UsageError(formatProblems(parsed.problems))
  return parsed.settings
}
