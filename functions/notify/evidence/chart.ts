/** The line of a notice as a chart, and as a sentence for whom pictures are blocked: pure. */
import type { Unit } from '../../../core/metrics.ts'
import type { Notice } from '../../../core/notice.ts'
import type { Chart } from '../../../core/report/chart.ts'
import { byteScale } from '../../../core/report/charts.ts'
import { largestPoint } from '../../../core/report/largest-point.ts'
import { type Frame, lineChart, type Panel } from '../../../core/report/line-chart.ts'
import { formatDuration, formatTime, formatValue } from '../../../core/view/format.ts'
import { plainSpaces } from '../../../core/view/line.ts'
import { light, seriesColour } from '../../../core/view/theme.ts'
import { formatLimit } from '../mail/words.ts'
import type { NoticeSeries } from './series.ts'

/** Smaller than the mail has room for, which is 552 pixels: on a phone its type is still to be read. */
const drawnSize = { width: 440, height: 206, devicePixelRatio: 2.5 } as const
/** CSS pixels, of which the picture has two each. */
export const chartSize = { width: 552, height: 258 } as const

export function noticeChart(series: NoticeSeries, notice: Notice, timeZone: string): Chart {
  const { slots } = series
  const frame: Frame = { ...drawnSize, palette: light }
  return lineChart({ slots, period: periodOf(series), timeZone }, [panelOf(series, notice)], frame)
}

function panelOf({ metric, entity, points, threshold, slots }: NoticeSeries, { startedAtMs, severity }: Notice): Panel {
  const { unit, divisor } = scaleOf(metric.unit, [...points, threshold ?? null])
  const colour = light.series[seriesColour(metric.id)]
  const scaled = points.map((point) => (point === null ? null : point / divisor))
  const limit = threshold === undefined ? undefined : threshold / divisor
  const label = [metric.title, entity].filter((word) => word !== '').join(' ')
  return {
    lines: [
      { label, points: scaled, colour },
      ...(limit === undefined
        ? []
        : [
            {
              label: `Threshold ${limit}${unit === '%' ? ' %' : ''}`,
              points: slots.map(() => limit),
              colour,
              dashed: true,
            },
          ]),
    ],
    unit,
    max: topOf(unit, [...scaled, limit ?? null]),
    spans: {
      label: 'Alert',
      colour: light.state[severity],
      times: [{ fromMs: startedAtMs, toMs: Number.POSITIVE_INFINITY }],
    },
  }
}

const slotMs = 300_000

function periodOf({ slots }: NoticeSeries): { fromMs: number; toMs: number } {
  return { fromMs: slots[0] ?? 0, toMs: (slots.at(-1) ?? 0) + slotMs }
}

function scaleOf(unit: Unit, points: readonly (number | null)[]): { unit: string; divisor: number } {
  if (unit !== 'B' && unit !== 'B/s') return { unit, divisor: 1 }
  const scale = byteScale([points])
  return unit === 'B' ? scale : { ...scale, unit: `${scale.unit}/s` }
}

/** Shares end at 100; of others there is room above the line. */
function topOf(unit: string, points: readonly (number | null)[]): number {
  const largest = largestPoint([points]) ?? 1
  if (unit === '%' && largest <= 100) return 100
  const power = 10 ** Math.floor(Math.log10(Math.max(largest, Number.MIN_VALUE)))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= 1.05 * largest) ?? 12
  return step * power
}

/** `CPU of web-1, 07:10 to 13:15: lowest 21.0 %, highest 97.2 % at 12:55, last 91.3 %; threshold 80 %.` */
export function chartWords(series: NoticeSeries, notice: Notice, timeZone: string): string {
  const { metric, entity, slots, points, threshold } = series
  const { fromMs, toMs } = periodOf(series)
  const known = points.flatMap((value, index) => (value === null ? [] : [{ value, atMs: slots[index] ?? fromMs }]))
  const [first] = known
  if (!first) return ''
  const lowest = known.reduce((least, one) => (one.value < least.value ? one : least), first)
  const highest = known.reduce((most, one) => (one.value > most.value ? one : most), first)
  const last = known.at(-1) ?? first
  const value = (one: number) => formatValue(one, metric.unit)
  const at = (atMs: number) => formatTime(atMs, timeZone)
  const missing = points.length - known.length
  const words = [
    `${[metric.title, entity].filter((word) => word !== '').join(' ')} of ${notice.host}, ${at(fromMs)} to ${at(toMs)}: `,
    `lowest ${value(lowest.value)} at ${at(lowest.atMs)}, highest ${value(highest.value)} at ${at(highest.atMs)}, `,
    `last ${value(last.value)}`,
    threshold === undefined ? '' : `; threshold ${formatLimit(notice, threshold)}`,
    missing === 0 ? '' : `; no data for ${formatDuration(missing * slotMs)}`,
    '.',
  ]
  return plainSpaces(words.join(''))
}
