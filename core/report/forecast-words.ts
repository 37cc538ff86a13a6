/** When a disk will be full, in words: nobody knows the minute of a day that is weeks away. */
import { formatDate, formatDateTime, formatDay } from '../view/format.ts'
import type { Reader } from '../view/locale.ts'
import type { ForecastReport, Report } from './report.ts'

const exactMs = 2 * 86_400_000

export function fullWords(
  { fullAtMs }: ForecastReport,
  report: Pick<Report, 'period' | 'timeZone' | 'locale'>,
): string {
  return momentWords(fullAtMs, fullAtMs - report.period.toMs < exactMs, report)
}

/** ` (2026-04-15 to 2026-04-20)`; empty: they are the same. */
export function betweenWords(
  { fullAtMs, earliestMs, latestMs }: ForecastReport,
  report: Pick<Report, 'period' | 'timeZone' | 'locale'>,
): string {
  const isExact = fullAtMs - report.period.toMs < exactMs
  const [earliest, latest] = [momentWords(earliestMs, isExact, report), momentWords(latestMs, isExact, report)]
  return earliest === latest ? '' : ` (${earliest} to ${latest})`
}

function momentWords(atMs: number, isExact: boolean, reader: Reader): string {
  if (isExact) return formatDateTime(atMs, reader)
  return reader.locale === undefined ? formatDate(atMs, reader.timeZone) : formatDay(atMs, reader)
}
