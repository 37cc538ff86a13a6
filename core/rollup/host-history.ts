/** What rollups tell of one host over a time: its buckets, and its series and processes as rows of the columns they are in. */
import type { SeriesKey } from '../metrics.ts'
import { bucketMs, type HostBucket } from './rollup.ts'
import { beginOf, endOf, type RollupColumns } from './rollup-columns.ts'

export interface HostHistory {
  /** Ascending. A time without a bucket is a time without data. */
  buckets: BucketHead[]
  /** As many runs a series as objects that have it. */
  series: Map<SeriesKey, Run[]>
  /** By name. */
  processes: Map<string, Run[]>
}

export type BucketHead = Omit<HostBucket, 'series' | 'processes'>

/** Rows [from, to) of a series or process, ascending by time. */
export interface Run {
  columns: RollupColumns
  from: number
  to: number
}

/** Milliseconds UTC: buckets that begin before `toMs` and end after `fromMs`. */
export interface Range {
  fromMs: number
  toMs: number
}

/** Numbers of buckets [from, to) in an object. */
interface Span {
  from: number
  to: number
}

/** Adds what an object tells of the wanted hosts and the range; objects come in the order of their time. */
export function addHistory(
  histories: Map<string, HostHistory>,
  columns: RollupColumns,
  { fromMs, toMs }: Range,
  isWanted: (host: string) => boolean = () => true,
): void {
  const { resolution, startMs, hosts } = columns
  const lengthMs = bucketMs[resolution]
  const span = { from: Math.floor((fromMs - startMs) / lengthMs), to: Math.ceil((toMs - startMs) / lengthMs) }
  const few = { unavailable: new Map(columns.unavailable), changes: new Map(columns.changes) }
  for (const [index, host] of hosts.entries()) {
    if (!isWanted(host)) continue
    const buckets = bucketsOf(columns, index, span, few)
    if (buckets.length === 0) continue
    const history: HostHistory = histories.get(host) ?? { buckets: [], series: new Map(), processes: new Map() }
    histories.set(host, history)
    for (const bucket of buckets) history.buckets.push(bucket)
    for (let run = beginOf(columns.hostSeriesEnds, index); run < endOf(columns.hostSeriesEnds, index); run++) {
      const key = columns.seriesKeys[columns.seriesKey[run] as number] as SeriesKey
      addRun(history.series, key, runOf(columns, columns.rowAt, columns.seriesRowEnds, run, span))
    }
    for (let run = beginOf(columns.hostProcessEnds, index); run < endOf(columns.hostProcessEnds, index); run++) {
      const name = columns.processNames[columns.processName[run] as number] as string
      addRun(history.processes, name, runOf(columns, columns.processAt, columns.processRowEnds, run, span))
    }
  }
}

function bucketsOf(
  columns: RollupColumns,
  host: number,
  span: Span,
  few: { [Name in 'unavailable' | 'changes']: ReadonlyMap<number, NonNullable<HostBucket[Name]>> },
): BucketHead[] {
  const buckets: BucketHead[] = []
  for (let bucket = beginOf(columns.hostBucketEnds, host); bucket < endOf(columns.hostBucketEnds, host); bucket++) {
    const at = columns.bucketAt[bucket] as number
    if (at < span.from || at >= span.to) continue
    const intervalMs = columns.bucketIntervalMs[bucket] as number
    const unavailable = few.unavailable.get(bucket)
    const changes = few.changes.get(bucket)
    const head: BucketHead = {
      startMs: columns.startMs + at * bucketMs[columns.resolution],
      snapshots: columns.bucketSnapshots[bucket] as number,
    }
    if (!Number.isNaN(intervalMs)) head.intervalMs = intervalMs
    if (unavailable) head.unavailable = unavailable
    if (changes) head.changes = changes
    buckets.push(head)
  }
  return buckets
}

function runOf(columns: RollupColumns, ats: Uint32Array, ends: Uint32Array, run: number, span: Span): Run {
  let from = beginOf(ends, run)
  let to = endOf(ends, run)
  while (from < to && (ats[from] as number) < span.from) from += 1
  while (to > from && (ats[to - 1] as number) >= span.to) to -= 1
  return { columns, from, to }
}

function addRun(runs: Map<string, Run[]>, name: string, run: Run): void {
  if (run.from === run.to) return
  const known = runs.get(name)
  if (known) known.push(run)
  else runs.set(name, [run])
}
