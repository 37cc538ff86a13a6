/** Rollup buckets as the numbers and points of a report. */
import { metricById, metrics, parseSeriesKey } from '../metrics.ts'
import { mergeBuckets } from '../rollup/aggregate.ts'
import type { HostBucket, SeriesStats } from '../rollup/rollup.ts'
import { nothingCounted, quantile } from '../rollup/sketch.ts'
import type { MetricReport, ProcessReport } from './report.ts'

/** In the order of `core/metrics.ts`, then by entity. */
export function metricReports(
  buckets: readonly HostBucket[],
  before: readonly HostBucket[],
  slots: readonly number[],
): MetricReport[] {
  const whole = mergeBuckets(0, buckets.map(withoutProcesses)).series
  const previous = mergeBuckets(0, before.map(meansOnly)).series
  const bySlot = new Map(buckets.map((bucket) => [bucket.startMs, bucket]))
  const order = new Map<string, number>(metrics.map(({ id }, index) => [id, index]))
  return Object.entries(whole)
    .flatMap(([series, stats]): MetricReport[] => {
      const { metricId: metric, entity } = parseSeriesKey(series)
      if (!metricById(metric) || stats.count === 0) return []
      const points = slots.map((slot) => pointOf(meanOf(bySlot.get(slot)?.series[series])))
      const mean = stats.sum / stats.count
      const earlier = meanOf(previous[series])
      return [
        {
          series,
          metric,
          entity,
          mean,
          max: stats.max,
          min: stats.min,
          p95: Math.min(stats.max, Math.max(stats.min, quantile(stats.sketch, 0.95) ?? mean)),
          last: points.findLast((point) => point !== null) ?? mean,
          ...(earlier === undefined ? {} : { change: mean - earlier }),
          points,
        },
      ]
    })
    .sort((a, b) => (order.get(a.metric) ?? 0) - (order.get(b.metric) ?? 0) || (a.entity < b.entity ? -1 : 1))
}

const processesKept = 20

/** Most CPU first; the ones with most memory are among them. */
export function processReports(buckets: readonly HostBucket[], slots: readonly number[]): ProcessReport[] {
  const { processes, snapshots } = mergeBuckets(0, buckets.map(withoutSeries))
  const bySlot = new Map(
    buckets.map((bucket) => [bucket.startMs, new Map(bucket.processes.map((one) => [one.name, one]))]),
  )
  const reports = processes.map((one): ProcessReport => {
    const at = (slot: number) => bySlot.get(slot)?.get(one.name)
    return {
      name: one.name,
      cpuPercentMean: one.cpuPercentSum / one.snapshots,
      cpuPercentMax: one.cpuPercentMax,
      rssBytesMean: one.rssBytesSum / one.snapshots,
      rssBytesMax: one.rssBytesMax,
      threadsMax: one.threadsMax,
      ...(one.openFilesMax === undefined ? {} : { openFilesMax: one.openFilesMax }),
      instancesMax: one.instancesMax,
      seenPercent: snapshots === 0 ? 0 : Math.min(100, (100 * one.snapshots) / snapshots),
      cpuPoints: slots.map((slot) => pointOf(share(at(slot)?.cpuPercentSum, at(slot)?.snapshots))),
      rssPoints: slots.map((slot) => pointOf(share(at(slot)?.rssBytesSum, at(slot)?.snapshots))),
    }
  })
  const weight = (one: ProcessReport) => one.cpuPercentMean * one.seenPercent
  const byCpu = reports.toSorted((a, b) => weight(b) - weight(a)).slice(0, processesKept)
  const byMemory = reports.toSorted((a, b) => b.rssBytesMean - a.rssBytesMean).slice(0, processesKept / 2)
  return [...new Set([...byCpu, ...byMemory])]
}

function withoutProcesses(bucket: HostBucket): HostBucket {
  return { ...bucket, processes: [] }
}

function withoutSeries(bucket: HostBucket): HostBucket {
  return { ...bucket, series: {} }
}

/** Sketches are most of what merging costs, and a mean needs none. */
function meansOnly({ series, ...bucket }: HostBucket): HostBucket {
  const means = Object.entries(series).map(([key, stats]) => [key, { ...stats, sketch: nothingCounted }])
  return { ...bucket, series: Object.fromEntries(means), processes: [] }
}

function meanOf(stats: SeriesStats | undefined): number | undefined {
  return stats && stats.count > 0 ? stats.sum / stats.count : undefined
}

function share(sum: number | undefined, count: number | undefined): number | undefined {
  return sum === undefined || !count ? undefined : sum / count
}

const pointDigits = 6

/** What a chart can show: the digits after that are a quarter of report.json. */
function pointOf(mean: number | undefined): number | null {
  return mean === undefined ? null : Number(mean.toPrecision(pointDigits))
}
