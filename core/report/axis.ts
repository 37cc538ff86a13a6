/** What stands below a chart's time axis: made here, in the reader's zone, since a chart is JSON and computes nothing. */
import { formatDate, formatDay, formatTime } from '../view/format.ts'
import type { Report } from './report.ts'

/** All that a chart's time axis needs of a report. */
export type TimeAxis = Pick<Report, 'slots' | 'period' | 'timeZone' | 'locale'>

const hourMs = 3_600_000

/** Some two dozen at most: hours of a day, days of a month, weeks of a year; days and weeks are the reader's. */
export function partsOf({
  period: { fromMs, toMs },
  timeZone,
}: Pick<Report, 'period' | 'timeZone'>): { fromMs: number; toMs: number }[] {
  const hours = [1, 3, 6, 24, 7 * 24].find((length) => (toMs - fromMs) / hourMs / length <= 31) ?? 31 * 24
  const parts: { fromMs: number; toMs: number }[] = []
  for (let at = beginning(fromMs, hours, timeZone); at < toMs; ) {
    const end = hours < 24 ? at + hours * hourMs : daysLater(at, hours / 24, timeZone)
    parts.push({ fromMs: at, toMs: end })
    at = end
  }
  return parts
}

function beginning(fromMs: number, hours: number, timeZone: string): number {
  if (hours < 24) return Math.floor(fromMs / (hours * hourMs)) * hours * hourMs
  const yesterday = nextMidnight(fromMs - 26 * hourMs, timeZone)
  const today = nextMidnight(yesterday, timeZone)
  return today <= fromMs ? today : yesterday
}

function daysLater(midnightMs: number, days: number, timeZone: string): number {
  let at = midnightMs
  for (let day = 0; day < days; day++) at = nextMidnight(at, timeZone)
  return at
}

const quarterMs = 900_000

/** Days have 23 to 25 hours; zones are apart by quarters of an hour. */
function nextMidnight(atMs: number, timeZone: string): number {
  const day = formatDate(atMs, timeZone)
  let next = Math.floor(atMs / quarterMs) * quarterMs
  if (formatTime(next, timeZone) === '00:00') next += 22 * hourMs
  while (formatDate(next, timeZone) === day) next += quarterMs
  return next
}

/** Of parts of a day as `axisLabels` has them, so that no day is named twice; of days and weeks every so many. */
export function partLabels(report: TimeAxis, parts: readonly { fromMs: number; toMs: number }[]): string[] {
  const isWithinDays = parts.every(({ fromMs, toMs }) => toMs - fromMs < 20 * hourMs)
  if (isWithinDays) return axisLabels({ ...report, slots: parts.map(({ fromMs }) => fromMs) })
  const step = Math.ceil(parts.length / labelsAtMost(report))
  return parts.map(({ fromMs }, index) => (index % step === 0 ? dayLabel(fromMs, report) : ''))
}

const hoursBetweenLabels = [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336, 744]

/** `14:03` and `2 Mar` are short; `12:00 AM` and `29. März` take the room of two. */
function labelsAtMost(report: TimeAxis): number {
  const { fromMs, toMs } = report.period
  const isWithinDays = toMs - fromMs <= 36 * hourMs
  const labels = [fromMs, toMs].map((atMs) => (isWithinDays ? timeLabel(atMs, report) : dayLabel(atMs, report)))
  return Math.max(...labels.map(({ length }) => length)) > 6 ? 5 : 8
}

/** A label a slot; most are empty: full hours, or days at midnight, so many that none touches the next. */
export function axisLabels(report: TimeAxis): string[] {
  const { slots, timeZone, period } = report
  const hours = (period.toMs - period.fromMs) / hourMs
  const most = labelsAtMost(report)
  const step = hoursBetweenLabels.find((one) => hours / one <= most) ?? 8_760
  let daysSeen = -1
  let lastDay = ''
  let lastMark: number | undefined
  let lastLabelMs = Number.NEGATIVE_INFINITY
  return slots.map((slot) => {
    const [hour = 0, minute = 0] = formatTime(slot, timeZone).split(':').map(Number)
    const today = dayLabel(slot, report)
    const isNewDay = today !== lastDay
    if (isNewDay) daysSeen += 1
    lastDay = today
    if (step >= 24) {
      if (!isNewDay || daysSeen % (step / 24) !== 0) return ''
      // The period begins within a day: its label stands where there is room before the next one's.
      const nextMs = daysLater(nextMidnight(slot, timeZone), step / 24 - 1, timeZone)
      return nextMs - slot >= 0.85 * step * hourMs ? today : ''
    }
    // Where the hours of a zone are apart from UTC's by a part of one, the first slot after the mark has the label.
    const mark = Math.floor((hour * 60 + minute) / (step * 60))
    const isAt = lastMark === undefined ? (hour * 60 + minute) % (step * 60) === 0 : mark !== lastMark
    lastMark = mark
    // The night in which an hour is left out brings two labels near to each other.
    if (!isAt || slot - lastLabelMs < 0.8 * step * hourMs) return ''
    lastLabelMs = slot
    return hours > 36 && mark === 0 ? today : timeLabel(slot, report)
  })
}

/** DejaVu Sans, which the pictures are drawn with, has no letters of South and East Asia: then the label is the English one. */
const undrawable = /[\u0900-\u0dff\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u3000-\ud7ff\uf900-\ufaff]/u

function dayLabel(atMs: number, report: TimeAxis): string {
  const label = formatDay(atMs, report)
  return undrawable.test(label) ? formatDay(atMs, { timeZone: report.timeZone }) : label
}

function timeLabel(atMs: number, report: TimeAxis): string {
  const label = formatTime(atMs, report)
  return undrawable.test(label) ? formatTime(atMs, report.timeZone) : label
}
