/** The series of a host's rollups as the numbers and points of a report. */
import { metricById, metrics, parseSeriesKey, type SeriesKey } from '../metrics.ts'
import type { Run } from '../rollup/host-history.ts'
import type { RollupColumns } from '../rollup/rollup-columns.ts'
import { createSketchSum } from '../rollup/sketch.ts'
import type { MetricReport } from './report.ts'
import { type Places, pointsOf, roundPoint, seriesAt } from './rows.ts'

type Runs = ReadonlyMap<SeriesKey, readonly Run[]>

const order = new Map<string, number>(metrics.map(({ id }, index) => [id, index]))

/** In the order of `core/metrics.ts`, then by entity. */
export function metricReports(series: Runs, before: Runs, places: Places): MetricReport[] {
  const sketch = createSketchSum()
  return [...series]
    .flatMap(([key, runs]): MetricReport[] => {
      const { metricId: metric, entity } = parseSeriesKey(key)
      if (!metricById(metric)) return []
      const whole = sumOf(runs)
      if (whole.count === 0) return []
      const mean = whole.sum / whole.count
      const points = pointsOf(runs, seriesAt, places, meanAt)
      const earlier = sumOf(before.get(key) ?? [])
      sketch.clear()
      for (const run of runs) addBins(sketch, run)
      return [
        {
          series: key,
          metric,
          entity,
          mean,
          max: whole.max,
          min: whole.min,
          p95: Math.min(whole.max, Math.max(whole.min, sketch.quantile(0.95) ?? mean)),
          last: points.findLast((point) => point !== null) ?? mean,
          ...(earlier.count === 0 ? {} : { change: mean - earlier.sum / earlier.count }),
          points,
        },
      ]
    })
    .sort((a, b) => (order.get(a.metric) ?? 0) - (order.get(b.metric) ?? 0) || (a.entity < b.entity ? -1 : 1))
}

function sumOf(runs: readonly Run[]): { count: number; min: number; max: number; sum: number } {
  let count = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const { columns, from, to } of runs) {
    const { rowCount, rowMin, rowMax, rowSum } = columns
    for (let row = from; row < to; row++) {
      count += rowCount[row] as number
      sum += rowSum[row] as number
      min = Math.min(min, rowMin[row] as number)
      max = Math.max(max, rowMax[row] as number)
    }
  }
  return { count, min, max, sum }
}

/** The bins of rows that follow each other do so too. */
function addBins(sketch: ReturnType<typeof createSketchSum>, { columns, from, to }: Run): void {
  const { rowBinEnds, binBucket, binCount } = columns
  const begin = from === 0 ? 0 : (rowBinEnds[from - 1] as number)
  sketch.add(binBucket, binCount, begin, rowBinEnds[to - 1] as number)
}

function meanAt({ rowSum, rowCount }: RollupColumns, row: number): number {
  const count = rowCount[row] as number
  return count === 0 ? Number.NaN : roundPoint((rowSum[row] as number) / count)
}
