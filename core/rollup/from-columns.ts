/** Columns back into buckets, with all that is in them. */
import type { SeriesKey } from '../metrics.ts'
import { mostCpuFirst } from './aggregate.ts'
import { bucketMs, type HostBucket, type ProcessStats, type RollupObject, type SeriesStats } from './rollup.ts'
import { beginOf, endOf, type RollupColumns } from './rollup-columns.ts'

export function rollupOfColumns(columns: RollupColumns): RollupObject {
  const { resolution, shard, startMs, transitions, gaps } = columns
  const lengthMs = bucketMs[resolution]
  const unavailable = new Map(columns.unavailable)
  const changes = new Map(columns.changes)
  const hosts = columns.hosts.map((host, index): [string, HostBucket[]] => {
    const byAt = new Map<number, HostBucket>()
    for (let bucket = beginOf(columns.hostBucketEnds, index); bucket < endOf(columns.hostBucketEnds, index); bucket++) {
      const at = columns.bucketAt[bucket] as number
      const intervalMs = columns.bucketIntervalMs[bucket] as number
      const lacking = unavailable.get(bucket)
      const changing = changes.get(bucket)
      byAt.set(at, {
        startMs: startMs + at * lengthMs,
        snapshots: columns.bucketSnapshots[bucket] as number,
        ...(Number.isNaN(intervalMs) ? {} : { intervalMs }),
        series: {},
        processes: [],
        ...(lacking ? { unavailable: lacking } : {}),
        ...(changing ? { changes: changing } : {}),
      })
    }
    for (let run = beginOf(columns.hostSeriesEnds, index); run < endOf(columns.hostSeriesEnds, index); run++) {
      const key = columns.seriesKeys[columns.seriesKey[run] as number] as SeriesKey
      for (let row = beginOf(columns.seriesRowEnds, run); row < endOf(columns.seriesRowEnds, run); row++) {
        const bucket = byAt.get(columns.rowAt[row] as number)
        if (bucket) bucket.series[key] = seriesStatsAt(columns, row)
      }
    }
    for (let run = beginOf(columns.hostProcessEnds, index); run < endOf(columns.hostProcessEnds, index); run++) {
      const name = columns.processNames[columns.processName[run] as number] as string
      for (let row = beginOf(columns.processRowEnds, run); row < endOf(columns.processRowEnds, run); row++) {
        byAt.get(columns.processAt[row] as number)?.processes.push(processStatsAt(columns, name, row))
      }
    }
    return [host, [...byAt.values()].map((bucket) => ({ ...bucket, processes: mostCpuFirst(bucket.processes) }))]
  })
  return { resolution, shard, startMs, hosts: Object.fromEntries(hosts), transitions, gaps }
}

function seriesStatsAt(columns: RollupColumns, row: number): SeriesStats {
  const sketch: number[] = []
  for (let bin = beginOf(columns.rowBinEnds, row); bin < endOf(columns.rowBinEnds, row); bin++) {
    const counted = columns.binCount[bin] as number
    if (sketch.at(-2) === columns.binBucket[bin]) sketch.push((sketch.pop() ?? 0) + counted)
    else sketch.push(columns.binBucket[bin] as number, counted)
  }
  return {
    count: columns.rowCount[row] as number,
    min: columns.rowMin[row] as number,
    max: columns.rowMax[row] as number,
    sum: columns.rowSum[row] as number,
    sketch,
  }
}

function processStatsAt(columns: RollupColumns, name: string, row: number): ProcessStats {
  const openFilesMax = columns.processOpenFilesMax[row] as number
  const startedAtMs = columns.processStartedAtMs[row] as number
  return {
    name,
    snapshots: columns.processSnapshots[row] as number,
    cpuPercentSum: columns.processCpuPercentSum[row] as number,
    cpuPercentMax: columns.processCpuPercentMax[row] as number,
    rssBytesSum: columns.processRssBytesSum[row] as number,
    rssBytesMax: columns.processRssBytesMax[row] as number,
    threadsMax: columns.processThreadsMax[row] as number,
    ...(Number.isNaN(openFilesMax) ? {} : { openFilesMax }),
    instancesMax: columns.processInstancesMax[row] as number,
    ...(Number.isNaN(startedAtMs) ? {} : { startedAtMs }),
  }
}
