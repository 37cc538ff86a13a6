/** Settings, or all that is wrong with them as one error. */
import { formatProblems, type SettingProblem } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import { UsageError } from './errors.ts'
import type { Parsed } from './options.ts'

type Read = { ok: true; settings: Settings } | { ok: false; problems: readonly SettingProblem[] }

export function orUsageError(read: Read, { flags }: Pick<Parsed, 'flags'>): Settings {
  if (read.ok) return read.settings
  throw new UsageError(formatProblems(read.problems.map((one) => ({ ...one, name: flags[one.name] ?? one.name }))))
}
