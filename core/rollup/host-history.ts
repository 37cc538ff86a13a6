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

/** Adds what an object tells of the wanted hosts and the range; objects come in the order of their time. */
export function addHistory(
  histories: Map<string, HostHistory>,
  columns: RollupColumns,
  { fromMs, toMs }: Range,
  isWanted: (host: string) => boolean = () => true,
): void {
  const { resolution, startMs, hosts } = columns
  const lengthMs = bucketMs[resolution]
  const first = Math.floor((fromMs - startMs) / lengthMs)
  const isIn = (at: number) => at >= first && startMs + at * lengthMs < toMs
  const few = { unavailable: new Map(columns.unavailable), changes: new Map(columns.changes) }
  for (const [index, host] of hosts.entries()) {
    if (!isWanted(host)) continue
    const buckets = bucketsOf(columns, index, isIn, few)
    if (buckets.length === 0) continue
    const history: HostHistory = histories.get(host) ?? { buckets: [], series: new Map(), processes: new Map() }
    histories.set(host, history)
    for (const bucket of buckets) history.buckets.push(bucket)
    for (let run = beginOf(columns.hostSeriesEnds, index); run < endOf(columns.hostSeriesEnds, index); run++) {
      const key = columns.seriesKeys[columns.seriesKey[run] as number] as SeriesKey
      addRun(history.series, key, runOf(columns, columns.rowAt, columns.seriesRowEnds, run, isIn))
    }
    for (let run = beginOf(columns.hostProcessEnds, index); run < endOf(columns.hostProcessEnds, index); run++) {
      const name = columns.processNames[columns.processName[run] as number] as string
      addRun(history.processes, name, runOf(columns, columns.processAt, columns.processRowEnds, run, isIn))
    }
  }
}

function bucketsOf(
  columns: RollupColumns,
  host: number,
  isIn: (at: number) => boolean,
  few: { [Name in 'unavailable' | 'changes']: ReadonlyMap<number, NonNullable<HostBucket[Name]>> },
): BucketHead[] {
  const buckets: BucketHead[] = []
  for (let bucket = beginOf(columns.hostBucketEnds, host); bucket < endOf(columns.hostBucketEnds, host); bucket++) {
    const at = columns.bucketAt[bucket] as number
    if (!isIn(at)) continue
    const intervalMs = columns.bucketIntervalMs[bucket] as number
    const unavailable = few.unavailable.get(bucket)
    const changes = few.changes.get(bucket)
    buckets.push({
      startMs: columns.startMs + at * bucketMs[columns.resolution],
      snapshots: columns.bucketSnapshots[bucket] as number,
      ...(Number.isNaN(intervalMs) ? {} : { intervalMs }),
      ...(unavailable ? { unavailable } : {}),
      ...(changes ? { changes } : {}),
    })
  }
  return buckets
}

function runOf(
  columns: RollupColumns,
  ats: Uint32Array,
  ends: Uint32Array,
  run: number,
  isIn: (at: number) => boolean,
): Run {
  let from = beginOf(ends, run)
  let to = endOf(ends, run)
  while (from < to && !isIn(ats[from] as number)) from += 1
  while (to > from && !isIn(ats[to - 1] as number)) to -= 1
  return { columns, from, to }
}

function addRun(runs: Map<string, Run[]>, name: string, run: Run): void {
  if (run.from === run.to) return
  const known = runs.get(name)
  if (known) known.push(run)
  else runs.set(name, [run])
}
