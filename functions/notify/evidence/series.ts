/** The hours before a notice as one line: five minutes a point, from the rollups, and what is younger than those. Pure. */
import { type RuleMetric, ruleMetricById } from '../../../core/alerts/rule-metrics.ts'
import { seriesKey } from '../../../core/metrics.ts'
import type { Notice } from '../../../core/notice.ts'
import { roundPoint } from '../../../core/report/point.ts'
import type { HostHistory } from '../../../core/rollup/host-history.ts'
import { bucketMs } from '../../../core/rollup/rollup.ts'
import type { RecentPoint } from '../../../core/shard/state.ts'

export interface NoticeSeries {
  metric: RuleMetric
  entity: string
  /** Starts of five minutes, UTC. */
  slots: number[]
  /** `null`: nothing is known of that time. */
  points: (number | null)[]
  /** What the line is held against; absent: it says something else. */
  threshold?: number
}

/** What a bucket may know of it. */
export interface Known {
  /** Absent: nothing was rolled up. */
  history?: HostHistory
  /** A point a minute, the last hour. */
  recent: readonly RecentPoint[]
}

const slotMs = bucketMs['5m']
export const shownMs = 6 * 3_600_000
/** A line of fewer says less than the sentence. */
const fewestPoints = 3

/** Which line shows what happened; `undefined`: none does. */
function chartedMetric({ about }: Notice): RuleMetric | undefined {
  switch (about?.kind) {
    case 'threshold':
    case 'forecast':
      return ruleMetricById(about.metric)
    case 'absent':
      // Where it ends the host fell silent.
      return about.of === 'host' ? ruleMetricById('cpu.percent') : undefined
    case undefined:
      return undefined
  }
}

/** Of a host that is down the hours before it fell silent, and the silence. */
export function shownPeriod({ atMs }: Pick<Notice, 'atMs'>): { fromMs: number; toMs: number } {
  const toMs = Math.ceil(atMs / slotMs) * slotMs
  return { fromMs: toMs - shownMs, toMs }
}

/** `undefined`: there is no such line, or too little of it. */
export function seriesOf(notice: Notice, { history, recent }: Known): NoticeSeries | undefined {
  const metric = chartedMetric(notice)
  if (!metric) return undefined
  const entity = metric.per === undefined ? '' : notice.entity
  const { fromMs, toMs } = shownPeriod(notice)
  const length = (toMs - fromMs) / slotMs
  const means = (values: Iterable<Counted>) => meansOf(values, { fromMs, length })
  // What is known better is not mixed with the rest.
  const rolled = means(rolledUp(history, seriesKey(metric.id, entity)))
  const young = means(minutesOf(recent, metric.id))
  const told = means(shownValues(notice))
  const points = rolled.map((point, index) => point ?? young[index] ?? told[index] ?? null)
  if (points.filter((point) => point !== null).length < fewestPoints) return undefined
  const slots = points.map((_, index) => fromMs + index * slotMs)
  const threshold = isOfValues(notice) ? notice.threshold : undefined
  return { metric, entity, slots, points, ...(threshold === undefined ? {} : { threshold }) }
}

/** A sum of so many values. */
type Counted = readonly [atMs: number, sum: number, count: number]

function meansOf(values: Iterable<Counted>, { fromMs, length }: { fromMs: number; length: number }): (number | null)[] {
  const slots = Array.from({ length }, () => ({ sum: 0, count: 0 }))
  for (const [atMs, sum, count] of values) {
    const slot = slots[Math.floor((atMs - fromMs) / slotMs)]
    if (!slot) continue
    slot.sum += sum
    slot.count += count
  }
  return slots.map(({ sum, count }) => (count === 0 ? null : roundPoint(sum / count)))
}

function* rolledUp(history: HostHistory | undefined, key: string): Iterable<Counted> {
  for (const { columns, from, to } of history?.series.get(key) ?? []) {
    const lengthMs = bucketMs[columns.resolution]
    for (let row = from; row < to; row++) {
      const atMs = columns.startMs + (columns.rowAt[row] as number) * lengthMs
      yield [atMs, columns.rowSum[row] as number, columns.rowCount[row] as number]
    }
  }
}

type PointField = Exclude<keyof RecentPoint, 'minuteMs'>

const recentFields: Readonly<Record<string, PointField>> = {
  'cpu.percent': 'cpuPercent',
  'memory.percent': 'memoryPercent',
  load1: 'load1',
}

function minutesOf(recent: readonly RecentPoint[], metric: string): Counted[] {
  const field = Object.hasOwn(recentFields, metric) ? recentFields[metric] : undefined
  if (field === undefined) return []
  return recent.flatMap(({ minuteMs, [field]: value }): Counted[] =>
    value === undefined ? [] : [[minuteMs, value, 1]],
  )
}

/** The evidence of the notice itself, where it is of the line's own unit. */
function shownValues(notice: Notice): Counted[] {
  const { datapoints = [] } = notice
  return isOfValues(notice) ? datapoints.map(([atMs, value]): Counted => [atMs, value, 1]) : []
}

/** Rates and changes over a window are no points of the line. */
function isOfValues({ about }: Notice): boolean {
  return about?.kind === 'forecast' || (about?.kind === 'threshold' && !['rate', 'delta'].includes(about.agg))
}
