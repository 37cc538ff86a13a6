/**
 * Rollups: what reports read. Buckets of 5 minutes, an hour, a day (UTC), each series with count, min, max, sum and a
 * quantile sketch; a longer bucket is the merge of its shorter ones, whatever order they come in. `rollup-columns.ts` has them as
 * they are stored.
 */
import type { Transition } from '../alerts/alert.ts'
import type { SeriesKey } from '../metrics.ts'
import type { GapRow } from '../shard/block.ts'
import type { ChangeStats } from './changes.ts'
import type { Resolution } from './rollup-keys.ts'
import type { StoredSketch } from './sketch.ts'
import type { UnavailableStats } from './unavailable.ts'

export const bucketMs: Record<Resolution, number> = { '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 }

export interface SeriesStats {
  count: number
  min: number
  max: number
  sum: number
  sketch: StoredSketch
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
  /** When the oldest of them started, of all snapshots the latest: it moves with a restart. Host's clock. */
  startedAtMs?: number
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
  /** By subject, bounded; absent: all could be read. */
  unavailable?: UnavailableStats[]
  /** By kind and subject, bounded; absent: none. */
  changes?: ChangeStats[]
}

/** One rollup object: 5m an hour, 1h a day, 1d a month. */
export interface RollupObject {
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

/** Larger than a month of days of 1,000 hosts; what is above it is not ours. */
export const rollupMaxBytes = 512 * 1024 * 1024

/** Start of what one object of this resolution holds: the hour, day or month (UTC) of `atMs`. */
export function objectStart(resolution: Resolution, atMs: number): number {
  if (resolution !== '1d') {
    const lengthMs = resolution === '5m' ? bucketMs['1h'] : bucketMs['1d']
    return Math.floor(atMs / lengthMs) * lengthMs
  }
  const date = new Date(atMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** The starts of all objects of this resolution that hold some of [fromMs, toMs). */
export function objectStarts(resolution: Resolution, fromMs: number, toMs: number): number[] {
  const starts: number[] = []
  for (let startMs = objectStart(resolution, fromMs); startMs < toMs; startMs = objectEnd(resolution, startMs)) {
    starts.push(startMs)
  }
  return starts
}

export function objectEnd(resolution: Resolution, startMs: number): number {
  if (resolution === '5m') return startMs + bucketMs['1h']
  if (resolution === '1h') return startMs + bucketMs['1d']
  const date = new Date(startMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
