/** Times as people type them: with an offset or Z, or without one, and then in their own time zone. */
import { localToUtc } from '../core/local-time.ts'
import { UsageError } from './errors.ts'

const pattern = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}:\d{2})?$/

/** Milliseconds UTC. Of a local time that a change of clocks makes twice the first is meant. */
export function parseTime(text: string, timeZone: string, option: string): number {
  const match = pattern.exec(text.trim())
  const [, date, minutes = '00:00', seconds = '00', offset] = match ?? []
  const plain = Date.parse(`${date}T${minutes}:${seconds}${offset ?? 'Z'}`)
  if (!match || Number.isNaN(plain)) {
    throw new UsageError(
      `--${option} ${text}: expected a time such as 2026-03-01, 2026-03-01T08:00 or 2026-03-01T08:00Z`,
    )
  }
  return offset === undefined ? localToUtc(plain, timeZone) : plain
}

const durationPattern = /^(\d+(?:\.\d+)?)(s|m|h|d)$/
const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `90s`, `30m`, `2h` or `7d`. */
export function parseDuration(text: string, option: string): number {
  const [, number, unit = ''] = durationPattern.exec(text.trim()) ?? []
  const ms = Number(number) * (unitMs[unit] ?? Number.NaN)
  if (Number.isNaN(ms)) throw new UsageError(`--${option} ${text}: expected a time such as 90s, 30m, 2h or 7d`)
  return ms
}
