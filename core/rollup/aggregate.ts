/**
 * Buckets to longer ones. Counts, extremes and sketches don't depend on their order; sums are floating point, so the callers
 * keep to one order (time) and the same data gives the same bytes.
 */
import type { SeriesKey } from '../metrics.ts'
import { boundChanges, type ChangeStats, mergeChanges } from './changes.ts'
import type { HostBucket, ProcessStats, SeriesStats } from './rollup.ts'
import { addSketch, emptySketch, type Sketch, storeSketch } from './sketch.ts'
import { boundUnavailable, mergeUnavailable, type UnavailableStats } from './unavailable.ts'

/**
 * One bucket that begins at `startMs` out of several. Processes are not bounded here: cutting in between would make the
 * result depend on the order. `boundBucket` comes last.
 */
export function mergeBuckets(startMs: number, buckets: readonly HostBucket[]): HostBucket {
  const series = new Map<SeriesKey, SeriesBuilder>()
  const processes = new Map<string, ProcessStats>()
  let snapshots = 0
  let intervalMs: number | undefined
  for (const bucket of buckets) {
    snapshots += bucket.snapshots
    intervalMs = least(intervalMs, bucket.intervalMs)
    for (const [key, stats] of Object.entries(bucket.series)) addStats(getOrMake(series, key, emptyStats), stats)
    for (const stats of bucket.processes) {
      const known = processes.get(stats.name)
      processes.set(stats.name, known ? mergeProcess(known, stats) : stats)
    }
  }
  return {
    startMs,
    snapshots,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    series: finishSeries(series),
    processes: mostCpuFirst([...processes.values()]),
    ...lacking(mergeUnavailable(buckets.flatMap(({ unavailable = [] }) => unavailable))),
    ...changing(mergeChanges(buckets.flatMap(({ changes = [] }) => changes))),
  }
}

function addStats(builder: SeriesBuilder, { count, min, max, sum, sketch }: SeriesStats): void {
  builder.count += count
  builder.min = Math.min(builder.min, min)
  builder.max = Math.max(builder.max, max)
  builder.sum += sum
  addSketch(builder.sketch, sketch)
}

const processesByCpu = 30
const processesByMemory = 20
/** So many are kept, whoever they are. */
export const processesKept = processesByMemory

function lacking(unavailable: UnavailableStats[]): Pick<HostBucket, 'unavailable'> {
  return unavailable.length === 0 ? {} : { unavailable }
}

function changing(changes: ChangeStats[]): Pick<HostBucket, 'changes'> {
  return changes.length === 0 ? {} : { changes }
}

/** The busiest and the largest names of a bucket, and so many of the rest: what a stored one keeps. */
export function boundBucket(whole: HostBucket): HostBucket {
  const bucket = {
    ...whole,
    ...(whole.unavailable ? { unavailable: boundUnavailable(whole.unavailable) } : {}),
    ...(whole.changes ? { changes: boundChanges(whole.changes) } : {}),
  }
  return { ...bucket, processes: boundProcesses(bucket.processes) }
}

type Ranked = Pick<ProcessStats, 'name' | 'cpuPercentSum' | 'rssBytesMax'>

/** Of those with most CPU first. */
export function boundProcesses<Process extends Ranked>(processes: Process[]): Process[] {
  if (processes.length <= processesKept) return processes
  const byMemory = processes.toSorted((a, b) => b.rssBytesMax - a.rssBytesMax || byName(a, b))
  const kept = new Set([...processes.slice(0, processesByCpu), ...byMemory.slice(0, processesByMemory)])
  return processes.filter((stats) => kept.has(stats))
}

interface SeriesBuilder extends Omit<SeriesStats, 'sketch'> {
  sketch: Sketch
}

function emptyStats(): SeriesBuilder {
  return { count: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, sketch: emptySketch() }
}

function mergeProcess(a: ProcessStats, b: ProcessStats): ProcessStats {
  const openFilesMax = most(a.openFilesMax, b.openFilesMax)
  const startedAtMs = most(a.startedAtMs, b.startedAtMs)
  return {
    name: a.name,
    snapshots: a.snapshots + b.snapshots,
    cpuPercentSum: a.cpuPercentSum + b.cpuPercentSum,
    cpuPercentMax: Math.max(a.cpuPercentMax, b.cpuPercentMax),
    rssBytesSum: a.rssBytesSum + b.rssBytesSum,
    rssBytesMax: Math.max(a.rssBytesMax, b.rssBytesMax),
    threadsMax: Math.max(a.threadsMax, b.threadsMax),
    ...(openFilesMax === undefined ? {} : { openFilesMax }),
    instancesMax: Math.max(a.instancesMax, b.instancesMax),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  }
}

function finishSeries(series: ReadonlyMap<SeriesKey, SeriesBuilder>): Record<SeriesKey, SeriesStats> {
  return Object.fromEntries([...series].map(([key, one]) => [key, { ...one, sketch: storeSketch(one.sketch) }]))
}

export function mostCpuFirst<Process extends Ranked>(processes: readonly Process[]): Process[] {
  return processes.toSorted((a, b) => b.cpuPercentSum - a.cpuPercentSum || byName(a, b))
}

function byName(a: Ranked, b: Ranked): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.max(a, b)
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
