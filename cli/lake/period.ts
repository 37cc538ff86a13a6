/** Of which hosts and days the lake is read. */
import { UsageError } from '../errors.ts'
import type { OptionTable, Parsed } from '../options.ts'
import { parseTime } from '../times.ts'

const usualDays = 7
const dayMs = 86_400_000

export const lakePeriodOptions = {
  host: { value: 'NAME', meaning: 'only this host; may be given more than once', multiple: true },
  days: { value: 'N', meaning: `the last N days; default: ${usualDays}` },
  from: { value: 'TIME', meaning: 'beginning, e.g. 2026-03-01T08:00 (in MONITOR_TIME_ZONE) or …Z' },
  to: { value: 'TIME', meaning: 'end; default: now' },
} as const satisfies OptionTable

/** What of the lake is asked for. */
export interface LakeRange {
  /** Milliseconds UTC; `toMs` is not in it any more. */
  fromMs: number
  toMs: number
  /** Absent: all. */
  hosts?: readonly string[]
}

export function readRange({ values }: Pick<Parsed, 'values'>, timeZone: string, nowMs: number): LakeRange {
  const [from] = values.from ?? []
  const [to] = values.to ?? []
  const [days] = values.days ?? []
  if (from !== undefined && days !== undefined) throw new UsageError('--days and --from: expected one of them')
  const count = Number(days ?? usualDays)
  if (!(count > 0)) throw new UsageError(`--days ${days}: expected a number above 0`)
  const toMs = to === undefined ? nowMs : parseTime(to, timeZone, 'to')
  const fromMs = from === undefined ? Math.max(0, toMs - count * dayMs) : parseTime(from, timeZone, 'from')
  if (fromMs >= toMs) {
    const [begin, end] = [fromMs, toMs].map((atMs) => new Date(atMs).toISOString())
    throw new UsageError(`--from ${begin} --to ${end}: expected a beginning before the end`)
  }
  return { fromMs, toMs, ...(values.host ? { hosts: values.host } : {}) }
}
