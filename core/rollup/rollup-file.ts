/** Columns of a rollup as bytes, and back; what is read is whole, or refused. */

import { refuseNewer } from '../newer-version.ts'
import { readContainer, writeContainer } from './container.ts'
import { type RollupColumns, rollupColumnTypes } from './rollup-columns.ts'
import { resolutions } from './rollup-keys.ts'

/** Beside the columns, as JSON. */
const listNames = [
  'hosts',
  'seriesKeys',
  'processNames',
  'unavailable',
  'changes',
  'transitions',
  'gaps',
] as const satisfies (keyof RollupColumns)[]

export const rollupVersion = 4

/** As bytes, not packed yet. */
export function writeRollup(columns: RollupColumns): Uint8Array {
  const { resolution, shard, startMs } = columns
  const lists = Object.fromEntries(listNames.map((name) => [name, columns[name]]))
  return writeContainer(rollupColumnTypes, { v: rollupVersion, resolution, shard, startMs, ...lists }, columns)
}

/** Throws a `NewerVersionError` when it is newer, and when it is not one of ours, older, or points at what isn't there. */
export function readRollup(bytes: Uint8Array): RollupColumns {
  const { head, columns } = readContainer(rollupColumnTypes, bytes)
  const { v, resolution, shard, startMs, ...lists } = head as Partial<RollupColumns> & { v?: unknown }
  refuseNewer('rollup', v, rollupVersion)
  if (v !== rollupVersion) throw new Error(`not a rollup of version ${rollupVersion}: version ${String(v)}`)
  if (!resolution || !resolutions.includes(resolution)) {
    throw new Error(`rollup: resolution ${String(resolution)}: expected one of ${resolutions.join(', ')}`)
  }
  if (typeof shard !== 'string' || !Number.isSafeInteger(startMs)) {
    throw new Error(`rollup: shard ${String(shard)}, startMs ${String(startMs)}: expected a text and milliseconds UTC`)
  }
  const list = <Key extends (typeof listNames)[number]>(key: Key): RollupColumns[Key] => {
    const value = lists[key]
    if (!Array.isArray(value)) throw new Error(`rollup: ${key}: expected a list`)
    return value as RollupColumns[Key]
  }
  const rollup: RollupColumns = {
    resolution,
    shard,
    startMs: startMs as number,
    hosts: list('hosts'),
    seriesKeys: list('seriesKeys'),
    processNames: list('processNames'),
    unavailable: list('unavailable'),
    changes: list('changes'),
    transitions: list('transitions'),
    gaps: list('gaps'),
    ...columns,
  }
  expectWhole(rollup)
  return rollup
}

/** Whoever reads a column by another's numbers finds what they promise. */
function expectWhole(rollup: RollupColumns): void {
  const sameLength = [
    ['hostBucketEnds', rollup.hosts.length],
    ['hostSeriesEnds', rollup.hosts.length],
    ['hostProcessEnds', rollup.hosts.length],
    ...(['bucketSnapshots', 'bucketIntervalMs'] as const).map((name) => [name, rollup.bucketAt.length] as const),
    ['seriesKey', rollup.seriesRowEnds.length],
    ...(['rowCount', 'rowMin', 'rowMax', 'rowSum', 'rowBinEnds'] as const).map(
      (name) => [name, rollup.rowAt.length] as const,
    ),
    ['binCount', rollup.binBucket.length],
    ['processName', rollup.processRowEnds.length],
    ...(
      [
        'processSnapshots',
        'processCpuPercentSum',
        'processCpuPercentMax',
        'processRssBytesSum',
        'processRssBytesMax',
        'processThreadsMax',
        'processOpenFilesMax',
        'processInstancesMax',
        'processStartedAtMs',
      ] as const
    ).map((name) => [name, rollup.processAt.length] as const),
  ] as const
  for (const [name, length] of sameLength) {
    if (rollup[name].length !== length) {
      throw new Error(`rollup: ${name} has ${rollup[name].length} values: expected ${length}`)
    }
  }
  const ends = [
    ['hostBucketEnds', rollup.bucketAt.length],
    ['hostSeriesEnds', rollup.seriesKey.length],
    ['hostProcessEnds', rollup.processName.length],
    ['seriesRowEnds', rollup.rowAt.length],
    ['rowBinEnds', rollup.binBucket.length],
    ['processRowEnds', rollup.processAt.length],
  ] as const
  for (const [name, end] of ends) expectEnds(name, rollup[name], end)
  expectBelow('seriesKey', rollup.seriesKey, rollup.seriesKeys.length)
  expectBelow('processName', rollup.processName, rollup.processNames.length)
}

function expectEnds(name: string, ends: Uint32Array, end: number): void {
  let before = 0
  for (let index = 0; index < ends.length; index++) {
    const one = ends[index] as number
    if (one < before) throw new Error(`rollup: ${name}: ${one} after ${before}: expected ascending`)
    before = one
  }
  if (before !== end) throw new Error(`rollup: ${name}: ends at ${before}: expected ${end}`)
}

function expectBelow(name: string, places: Uint32Array, count: number): void {
  for (let index = 0; index < places.length; index++) {
    const place = places[index] as number
    if (place >= count) throw new Error(`rollup: ${name}: ${place}: expected below ${count}`)
  }
}
