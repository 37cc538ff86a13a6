/** Times as people type them: with an offset or Z, or without one, and then in their own time zone. */
import { parseDuration as parseWhole } from '../core/config/duration.ts'
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

const partOfUnit = /^(\d+\.\d+)([smhd])$/

/** Milliseconds of `90s`, `30m`, `2h`, `1.5h`, `1h30m` or `7d`. */
export function parseDuration(text: string, option: string): number {
  const [, number, unit] = partOfUnit.exec(text.trim()) ?? []
  const ms = unit === undefined ? parseWhole(text) : Number(number) * (parseWhole(`1${unit}`) ?? Number.NaN)
  if (ms === undefined) throw new UsageError(`--${option} ${text}: expected a time such as 90s, 30m, 2h, 1h30m or 7d`)
  return ms
}
