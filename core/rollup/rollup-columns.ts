/**
 * A rollup object as it is stored: what is alike lies together, by host and series, so that a report runs through the numbers
 * of a series and never makes an object of each. `Ends` are where the part of each one ends, and that of the next begins.
 */
import type { Transition } from '../alerts/alert.ts'
import type { SeriesKey } from '../metrics.ts'
import type { GapRow } from '../shard/block.ts'
import type { ChangeStats } from './changes.ts'
import { type Columns, type ColumnTypes, makeColumns } from './container.ts'
import type { Resolution } from './rollup-keys.ts'
import type { UnavailableStats } from './unavailable.ts'

/** `At`: the number of the bucket, counted from the begin of the object. */
export const rollupColumnTypes = {
  /** A host each. */
  hostBucketEnds: 'u32',
  hostSeriesEnds: 'u32',
  hostProcessEnds: 'u32',
  /** A bucket of a host each, ascending. */
  bucketAt: 'u32',
  bucketSnapshots: 'u32',
  /** NaN: not known. */
  bucketIntervalMs: 'f64',
  /** A series of a host each: its place in `seriesKeys`, and the end of its rows. */
  seriesKey: 'u32',
  seriesRowEnds: 'u32',
  /** A bucket of a series each, ascending. */
  rowAt: 'u32',
  rowCount: 'u32',
  rowMin: 'f64',
  rowMax: 'f64',
  rowSum: 'f64',
  rowBinEnds: 'u32',
  /** A bucket of a sketch each, as `StoredSketch` has them; one that counted more than 255 comes several times. */
  binBucket: 'i16',
  binCount: 'u8',
  /** Processes of one name on a host each: its place in `processNames`, and the end of its rows. */
  processName: 'u32',
  processRowEnds: 'u32',
  /** A bucket of a process each, ascending. */
  processAt: 'u32',
  processSnapshots: 'u32',
  processCpuPercentSum: 'f64',
  processCpuPercentMax: 'f64',
  processRssBytesSum: 'f64',
  processRssBytesMax: 'f64',
  processThreadsMax: 'f64',
  /** NaN: not known. */
  processOpenFilesMax: 'f64',
  processInstancesMax: 'u32',
  /** NaN: not known. */
  processStartedAtMs: 'f64',
} as const satisfies ColumnTypes

const mostInBin = 255

/** So many it takes to count `count` in one bucket of a sketch. */
export function binsOfCount(count: number): number {
  return Math.ceil(count / mostInBin)
}

/** Puts `count` in `bucket` of a sketch, from the bin `bin` on; gives the bin after them. */
export function putBins(
  { binBucket, binCount }: Pick<RollupColumns, 'binBucket' | 'binCount'>,
  bin: number,
  bucket: number,
  count: number,
): number {
  let next = bin
  for (let left = count; left > 0; left -= mostInBin) {
    binBucket[next] = bucket
    binCount[next] = Math.min(left, mostInBin)
    next += 1
  }
  return next
}

/** How many of each there are; `run`: processes of one name on a host, `process`: their buckets. */
type Counts = Record<'host' | 'bucket' | 'series' | 'row' | 'bin' | 'run' | 'process', number>

/** The columns for so many, all 0. */
export function makeRollupColumns(counts: Readonly<Counts>): Columns<typeof rollupColumnTypes> {
  const lengths = Object.keys(rollupColumnTypes).map((name) => {
    const [kind = ''] = name === 'processName' || name === 'processRowEnds' ? ['run'] : (/^[a-z]+/.exec(name) ?? [])
    return [name, counts[kind as keyof Counts]] as const
  })
  return makeColumns(rollupColumnTypes, Object.fromEntries(lengths) as Record<keyof typeof rollupColumnTypes, number>)
}

export interface RollupColumns extends Columns<typeof rollupColumnTypes> {
  resolution: Resolution
  shard: string
  /** Start of the hour, day or month it holds, UTC. */
  startMs: number
  hosts: string[]
  seriesKeys: SeriesKey[]
  processNames: string[]
  /** Of few buckets, by their place. */
  unavailable: [bucket: number, stats: UnavailableStats[]][]
  changes: [bucket: number, stats: ChangeStats[]][]
  transitions: Transition[]
  gaps: GapRow[]
}

/** Where the part of the `index`-th begins. */
export function beginOf(ends: Uint32Array, index: number): number {
  return index === 0 ? 0 : (ends[index - 1] as number)
}

export function endOf(ends: Uint32Array, index: number): number {
  return ends[index] as number
}
