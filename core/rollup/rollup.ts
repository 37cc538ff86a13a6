/**
 * Rollups: what reports read. Buckets of 5 minutes, an hour, a day (UTC), each series with count, min, max, sum and a
 * quantile sketch; a longer bucket is the merge of its shorter ones, whatever order they come in.
 */
import type { Transition } from '../alerts/alert.ts'
import type { Resolution } from '../keys.ts'
import type { SeriesKey } from '../metrics.ts'
import type { GapRow } from '../shard/block.ts'
import type { SketchJson } from './sketch.ts'

export const rollupVersion = 1

export const bucketMs: Record<Resolution, number> = { '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 }

export interface SeriesStats {
  count: number
  min: number
  max: number
  sum: number
  sketch: SketchJson
}

/** Processes of one name together: pids come and go. */
export interface ProcessStats {
  name: string
  /** Snapshots in which it was among the top. */
  snapshots: number
  /** Per snapshot all pids of the name summed, then summed over snapshots; divide by `snapshots`. */
  cpuPercentSum: number
  cpuPercentMax: number
  rssBytesSum: number
  rssBytesMax: number
  threadsMax: number
  openFilesMax?: number
  /** Most pids of this name in one snapshot. */
  instancesMax: number
}

export interface HostBucket {
  /** Start of the bucket, UTC. */
  startMs: number
  snapshots: number
  /** Shortest planned interval seen: how many snapshots there should be. */
  intervalMs?: number
  series: Record<SeriesKey, SeriesStats>
  /** Most CPU first, bounded. */
  processes: ProcessStats[]
}

/** One rollup object: 5m an hour, 1h a day, 1d a month. */
export interface RollupObject {
  v: typeof rollupVersion
  resolution: Resolution
  shard: string
  /** Start of the hour, day or month it holds, UTC. */
  startMs: number
  hosts: Record<string, HostBucket[]>
  /** Decided in this time (by `atMs`). */
  transitions: Transition[]
  /** Beginning in this time. */
  gaps: GapRow[]
}
