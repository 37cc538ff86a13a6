/** What stands below a chart's time axis: made here, in the reader's zone, since a chart is JSON and computes nothing. */
import { formatTime } from '../view/format.ts'
import type { Report } from './report.ts'

export function slotLabel(atMs: number, { timeZone, period }: Report): string {
  const hours = (period.toMs - period.fromMs) / 3_600_000
  if (hours <= 36) return formatTime(atMs, timeZone)
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' }).format(atMs)
  return hours <= 24 * 4 ? `${day} ${formatTime(atMs, timeZone)}` : day
}

/** Some two dozen at most: hours of a day, days of a month. */
export function partsOf({ period: { fromMs, toMs } }: Report): { fromMs: number; toMs: number }[] {
  const hour = 3_600_000
  const lengthMs =
    [hour, 3 * hour, 6 * hour, 24 * hour, 7 * 24 * hour].find((length) => (toMs - fromMs) / length <= 31) ??
    31 * 24 * hour
  const parts: { fromMs: number; toMs: number }[] = []
  for (let at = Math.floor(fromMs / lengthMs) * lengthMs; at < toMs; at += lengthMs)
    parts.push({ fromMs: at, toMs: at + lengthMs })
  return parts
}

const hoursBetweenLabels = [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336, 744]
const labelsAtMost = 9

/** A label a slot; most are empty: full hours, or days at midnight, so many that none touches the next. */
export function axisLabels({ slots, timeZone, period }: Report): string[] {
  const hours = (period.toMs - period.fromMs) / 3_600_000
  const step = hoursBetweenLabels.find((one) => hours / one <= labelsAtMost) ?? 8_760
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' })
  let daysSeen = -1
  let lastDay = ''
  return slots.map((slot) => {
    const [hour = 0, minute = 0] = formatTime(slot, timeZone).split(':').map(Number)
    const today = day.format(slot)
    const isNewDay = today !== lastDay
    if (isNewDay) daysSeen += 1
    lastDay = today
    if (step >= 24) return isNewDay && daysSeen % (step / 24) === 0 ? today : ''
    if ((hour * 60 + minute) % (step * 60) !== 0) return ''
    return hours > 36 && hour === 0 && minute === 0 ? today : formatTime(slot, timeZone)
  })
}
