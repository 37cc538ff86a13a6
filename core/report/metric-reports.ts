/** The series of a host's rollups as the numbers and points of a report. */
import { metricById, metrics, parseSeriesKey, type SeriesKey } from '../metrics.ts'
import type { Run } from '../rollup/host-history.ts'
import { beginOf, endOf } from '../rollup/rollup-columns.ts'
import type { SketchSum } from '../rollup/sketch.ts'
import { roundPoint } from './point.ts'
import type { MetricReport } from './report.ts'
import { type Places, slotsOf, withNulls } from './rows.ts'

type Runs = ReadonlyMap<SeriesKey, readonly Run[]>

const order = new Map<string, number>(metrics.map(({ id }, index) => [id, index]))

/** In the order of `core/metrics.ts`, then by entity. `sketch` is used for one series after another. */
export function metricReports(series: Runs, before: Runs, places: Places, sketch: SketchSum): MetricReport[] {
  return [...series]
    .flatMap(([key, runs]): MetricReport[] => {
      const { metricId: metric, entity } = parseSeriesKey(key)
      if (!metricById(metric)) return []
      const { count, sum, min, max, points } = read(runs, places, sketch)
      if (count === 0) return []
      const mean = sum / count
      const change = meanChange(mean, before.get(key) ?? [])
      return [
        {
          series: key,
          metric,
          entity,
          mean,
          max,
          min,
          p95: Math.min(max, Math.max(min, sketch.quantile(0.95) ?? mean)),
          last: points.findLast((point) => point !== null) ?? mean,
          ...(change === undefined ? {} : { change }),
          points,
        },
      ]
    })
    .sort((a, b) => (order.get(a.metric) ?? 0) - (order.get(b.metric) ?? 0) || (a.entity < b.entity ? -1 : 1))
}

/** All that a series tells, in one way through its rows; its bins are in `sketch` afterwards, and no others. */
function read(runs: readonly Run[], places: Places, sketch: SketchSum) {
  const points: (number | null)[] = places.blank.slice()
  let known = 0
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  sketch.clear()
  for (let index = 0; index < runs.length; index++) {
    const { columns, from, to } = runs[index] as Run
    const { rowAt, rowCount, rowSum, rowMin, rowMax, rowBinEnds, binBucket, binCount } = columns
    const { first, step } = slotsOf(columns, places)
    for (let row = from; row < to; row++) {
      const counted = rowCount[row] as number
      const added = rowSum[row] as number
      const least = rowMin[row] as number
      const most = rowMax[row] as number
      count += counted
      sum += added
      if (least < min) min = least
      if (most > max) max = most
      const slot = first + (rowAt[row] as number) * step
      if (!(slot >= 0 && slot < points.length && counted > 0)) continue
      points[slot] = roundPoint(added / counted)
      if (slot === known) known += 1
    }
    // The bins of rows that follow each other do so too.
    sketch.add(binBucket, binCount, beginOf(rowBinEnds, from), endOf(rowBinEnds, to - 1))
  }
  return { count, sum, min, max, points: withNulls(points, known) }
}

/** Against the mean of the time before; `undefined`: that has no data. */
function meanChange(mean: number, before: readonly Run[]): number | undefined {
  let count = 0
  let sum = 0
  for (const { columns, from, to } of before) {
    for (let row = from; row < to; row++) {
      count += columns.rowCount[row] as number
      sum += columns.rowSum[row] as number
    }
  }
  return count === 0 ? undefined : mean - sum / count
}
