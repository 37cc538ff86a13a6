/**
 * Samples to buckets, and buckets to longer ones. Counts, extremes and sketches don't depend on the order of either; sums
 * are floating point, so the callers keep to one order (time) and the same data gives the same bytes.
 */
import { metrics, type SeriesKey, seriesKey } from '../metrics.ts'
import type { SampleRow } from '../shard/block.ts'
import type { ProcessSample } from '../snapshot.ts'
import { boundChanges, type ChangeStats, changesIn, mergeChanges } from './changes.ts'
import type { HostBucket, ProcessStats, SeriesStats } from './rollup.ts'
import { addSketch, addToSketch, emptySketch, type Sketch, storeSketch } from './sketch.ts'
import { boundUnavailable, mergeUnavailable, type UnavailableStats, unavailableIn } from './unavailable.ts'

/** Of each host the buckets of `sizeMs` that its samples fall into, ascending; processes bounded. */
export function bucketsOfSamples(samples: readonly SampleRow[], sizeMs: number): Map<string, HostBucket[]> {
  const hosts = new Map<string, Map<number, Builder>>()
  for (const sample of samples) {
    const { host, atMs } = sample
    const startMs = Math.floor(atMs / sizeMs) * sizeMs
    const buckets = getOrMake(hosts, host, () => new Map<number, Builder>())
    addSnapshot(
      getOrMake(buckets, startMs, () => newBuilder(startMs)),
      sample,
    )
  }
  return new Map(
    [...hosts].map(([host, buckets]) => [
      host,
      [...buckets.values()].map(finish).sort((a, b) => a.startMs - b.startMs),
    ]),
  )
}

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
  const { processes } = bucket
  if (processes.length <= processesByMemory) return bucket
  const byMemory = processes.toSorted((a, b) => b.rssBytesMax - a.rssBytesMax || byName(a, b))
  const kept = new Set([...processes.slice(0, processesByCpu), ...byMemory.slice(0, processesByMemory)])
  return { ...bucket, processes: processes.filter((stats) => kept.has(stats)) }
}

interface Builder {
  startMs: number
  snapshots: number
  intervalMs: number | undefined
  series: Map<SeriesKey, SeriesBuilder>
  processes: Map<string, ProcessStats>
  unavailable: UnavailableStats[]
  changes: ChangeStats[]
}

interface SeriesBuilder extends Omit<SeriesStats, 'sketch'> {
  sketch: Sketch
}

function newBuilder(startMs: number): Builder {
  return {
    startMs,
    snapshots: 0,
    intervalMs: undefined,
    series: new Map(),
    processes: new Map(),
    unavailable: [],
    changes: [],
  }
}

function addSnapshot(builder: Builder, sample: SampleRow): void {
  const { atMs, snapshot } = sample
  builder.snapshots += 1
  builder.intervalMs = least(builder.intervalMs, snapshot.intervalMs)
  for (const { id, read } of metrics) {
    for (const [entity, value] of read(snapshot)) addValue(builder, seriesKey(id, entity), value)
  }
  for (const [name, rows] of Map.groupBy(snapshot.processes.top, (row) => row.name)) {
    const stats = processStats(name, rows)
    const known = builder.processes.get(name)
    builder.processes.set(name, known ? mergeProcess(known, stats) : stats)
  }
  const { unavailable } = snapshot
  if (unavailable) builder.unavailable = mergeUnavailable([...builder.unavailable, ...unavailableIn(unavailable, atMs)])
  const changes = changesIn(sample, atMs)
  if (changes.length > 0) builder.changes = mergeChanges([...builder.changes, ...changes])
}

function addValue(builder: Builder, key: SeriesKey, value: number): void {
  const stats = getOrMake(builder.series, key, emptyStats)
  stats.count += 1
  stats.min = Math.min(stats.min, value)
  stats.max = Math.max(stats.max, value)
  stats.sum += value
  addToSketch(stats.sketch, value)
}

function emptyStats(): SeriesBuilder {
  return { count: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, sketch: emptySketch() }
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

function finish({ startMs, snapshots, intervalMs, series, processes, unavailable, changes }: Builder): HostBucket {
  return boundBucket({
    startMs,
    snapshots,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    series: finishSeries(series),
    processes: mostCpuFirst([...processes.values()]),
    ...lacking(unavailable),
    ...changing(changes),
  })
}

function finishSeries(series: ReadonlyMap<SeriesKey, SeriesBuilder>): Record<SeriesKey, SeriesStats> {
  return Object.fromEntries([...series].map(([key, one]) => [key, { ...one, sketch: storeSketch(one.sketch) }]))
}

export function mostCpuFirst(processes: readonly ProcessStats[]): ProcessStats[] {
  return processes.toSorted((a, b) => b.cpuPercentSum - a.cpuPercentSum || byName(a, b))
}

function byName(a: ProcessStats, b: ProcessStats): number {
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
