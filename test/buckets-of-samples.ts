/**
 * What rollup makes of samples, said as plainly as can be: each value a bucket of its own, and all of them merged. Slow; the
 * columns of the lake are held to it.
 */
import { metrics, type SeriesKey, seriesKey } from '../core/metrics.ts'
import { boundBucket, mergeBuckets } from '../core/rollup/aggregate.ts'
import { changesIn } from '../core/rollup/changes.ts'
import type { HostBucket, ProcessStats } from '../core/rollup/rollup.ts'
import { sketchBucket } from '../core/rollup/sketch.ts'
import { unavailableIn } from '../core/rollup/unavailable.ts'
import type { SampleRow } from '../core/shard/block.ts'
import type { ProcessSample } from '../core/snapshot.ts'

/** Of each host the buckets of `sizeMs` that its samples fall into, ascending; processes bounded. */
export function bucketsOfSamples(samples: readonly SampleRow[], sizeMs: number): Map<string, HostBucket[]> {
  const startOf = ({ atMs }: SampleRow) => Math.floor(atMs / sizeMs) * sizeMs
  return new Map(
    [...Map.groupBy(samples, ({ host }) => host)].map(([host, own]) => [
      host,
      [...Map.groupBy(own, startOf)]
        .map(([startMs, rows]) => boundBucket(mergeBuckets(startMs, rows.flatMap(partsOf))))
        .sort((a, b) => a.startMs - b.startMs),
    ]),
  )
}

function partsOf(sample: SampleRow): HostBucket[] {
  const { atMs, snapshot } = sample
  const { intervalMs } = snapshot
  const byName = Map.groupBy(snapshot.processes.top, ({ name }) => name)
  const head: HostBucket = {
    startMs: atMs,
    snapshots: 1,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    series: {},
    processes: [...byName].map(([name, rows]) => processStats(name, rows)),
    unavailable: unavailableIn(snapshot.unavailable ?? {}, atMs),
    changes: changesIn(sample, atMs),
  }
  const values = metrics.flatMap(({ id, read }) =>
    read(snapshot).map(([entity, value]) => bucketOfValue(seriesKey(id, entity), value)),
  )
  return [head, ...values]
}

function bucketOfValue(key: SeriesKey, value: number): HostBucket {
  const stats = { count: 1, min: value, max: value, sum: value, sketch: [sketchBucket(value), 1] }
  return { startMs: 0, snapshots: 0, series: { [key]: stats }, processes: [] }
}

/** All processes of one name in one snapshot. */
function processStats(name: string, rows: readonly ProcessSample[]): ProcessStats {
  const sum = (value: (row: ProcessSample) => number | undefined) =>
    rows.reduce((total, row) => total + (value(row) ?? 0), 0)
  const cpuPercent = sum((row) => row.cpuPercent)
  const rssBytes = sum((row) => row.rssBytes)
  const knowsOpenFiles = rows.some((row) => row.openFiles !== undefined)
  return {
    name,
    snapshots: 1,
    cpuPercentSum: cpuPercent,
    cpuPercentMax: cpuPercent,
    rssBytesSum: rssBytes,
    rssBytesMax: rssBytes,
    threadsMax: sum((row) => row.threads),
    ...(knowsOpenFiles ? { openFilesMax: sum((row) => row.openFiles) } : {}),
    instancesMax: rows.length,
    ...oldest(rows),
  }
}

/** Unknown where one of them does not say. */
function oldest(rows: readonly ProcessSample[]): Pick<ProcessStats, 'startedAtMs'> {
  const startedAtMs = Math.min(...rows.map((row) => row.startedAtMs ?? Number.NaN))
  return Number.isNaN(startedAtMs) ? {} : { startedAtMs }
}
