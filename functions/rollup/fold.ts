/** Rollups: an hour's 5-minute buckets out of its Parquet, and longer buckets out of shorter ones. */
import type { Bucket, StoredObject } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { pack, unpackBytes } from '../../core/codec.ts'
import { type LakeTable, lakeTables, type Shard } from '../../core/keys.ts'
import { NewerVersionError } from '../../core/newer-version.ts'
import { boundBucket, mergeBuckets } from '../../core/rollup/aggregate.ts'
import { rollupOfColumns } from '../../core/rollup/from-columns.ts'
import { columnsOfHour } from '../../core/rollup/hour-columns.ts'
import { joinRows, type LakeRows } from '../../core/rollup/lake-rows.ts'
import {
  bucketMs,
  type HostBucket,
  objectEnd,
  objectStart,
  type RollupObject,
  rollupMaxBytes,
} from '../../core/rollup/rollup.ts'
import type { RollupColumns } from '../../core/rollup/rollup-columns.ts'
import { readRollup, writeRollup } from '../../core/rollup/rollup-file.ts'
import { type Resolution, rollupKey } from '../../core/rollup/rollup-keys.ts'
import { gapsOfRows, transitionsOfRows } from '../../core/rollup/tables.ts'
import { columnsOfRollup } from '../../core/rollup/to-columns.ts'
import { createLakeReader } from './lake.ts'
import { inParallel } from './parallel.ts'
import { replaceObject, UnreadableObjectError } from './replace.ts'

export interface FoldDeps {
  bucket: Bucket
  shard: Shard
  log: Log
}

/** Puts the hour's 5-minute object, whole, from what `readTable` gives; it is asked again when somebody else was first. */
export async function foldHour(
  { bucket, shard }: FoldDeps,
  hourMs: number,
  readTable: (table: LakeTable) => Promise<{ rows: LakeRows }>,
): Promise<void> {
  const key = rollupKey('5m', shard, hourMs)
  await replaceObject(bucket, key, async (current) => {
    // What is there is not needed; but one of a newer version knows more than what is made here.
    await readOrUndefined(key, current, (columns) => columns)
    return encode(await columnsOfTables(shard, hourMs, readTable))
  })
}

/** What a longer resolution is made of. */
const shorter = { '1h': '5m', '1d': '1h' } as const

/**
 * Puts the object of `resolution` that holds `parts` (starts of hours for `1h`, of days for `1d`): the buckets of these
 * parts are made anew from the shorter resolution, all others stay.
 */
export async function foldParts(
  deps: FoldDeps,
  resolution: keyof typeof shorter,
  parts: readonly number[],
): Promise<void> {
  const { bucket, shard, log } = deps
  const startMs = objectStart(resolution, parts[0] ?? 0)
  const key = rollupKey(resolution, shard, startMs)
  await replaceObject(bucket, key, async (current) => {
    const known = await readOrUndefined(key, current, rollupOfColumns)
    if (current && !known) log.warn('a rollup is damaged and made again from what it was made of', { key })
    const whole = known ?? emptyRollup(resolution, shard, startMs)
    const made = await withParts(deps, whole, current && !known ? partsOf(resolution, startMs) : parts)
    return encode(columnsOfRollup(made))
  })
}

async function withParts(deps: FoldDeps, object: RollupObject, parts: readonly number[]): Promise<RollupObject> {
  const { log } = deps
  const resolution = object.resolution as keyof typeof shorter
  const lengthMs = bucketMs[resolution]
  const hosts = new Map(Object.entries(object.hosts))
  let { transitions, gaps } = object
  for (const partMs of parts) {
    const made = await readPart(deps, shorter[resolution], partMs)
    const isOutside = (atMs: number) => atMs < partMs || atMs >= partMs + lengthMs
    /** Hosts of which the shorter resolution has less by now: it was swept, and what is here knows more. */
    const kept = new Set<string>()
    for (const host of new Set([...hosts.keys(), ...Object.keys(made.hosts)])) {
      const others = (hosts.get(host) ?? []).filter(({ startMs }) => startMs !== partMs)
      const known = (hosts.get(host) ?? []).find(({ startMs }) => startMs === partMs)
      const buckets = hasHost(made, host) ? made.hosts[host] : undefined
      const merged = buckets && boundBucket(mergeBuckets(partMs, buckets))
      if (known && known.snapshots > (merged?.snapshots ?? 0)) {
        kept.add(host)
        continue
      }
      hosts.set(
        host,
        [...others, ...(merged ? [merged] : [])].sort((a, b) => a.startMs - b.startMs),
      )
    }
    const ofKept = ({ host }: { host: string }) => kept.has(host)
    const ofMade = (row: { host: string }) => !ofKept(row)
    transitions = [
      ...transitions.filter((row) => isOutside(row.atMs) || ofKept(row)),
      ...made.transitions.filter(ofMade),
    ]
    gaps = [...gaps.filter((row) => isOutside(row.fromMs) || ofKept(row)), ...made.gaps.filter(ofMade)]
    if (kept.size > 0) {
      log.warn('a rollup keeps what it was made of no longer has', { resolution, atMs: partMs, hosts: kept.size })
    }
  }
  return { ...object, hosts: sortedHosts(hosts), transitions: byTime(transitions), gaps: byBeginning(gaps) }
}

/** A shorter object that is damaged is made from the lake; one that isn't there holds nothing. */
async function readPart(deps: FoldDeps, resolution: Resolution, startMs: number): Promise<RollupObject> {
  const { bucket, shard } = deps
  const key = rollupKey(resolution, shard, startMs)
  const object = await bucket.get(key)
  if (!object) return emptyRollup(resolution, shard, startMs)
  const known = await readOrUndefined(key, object, rollupOfColumns)
  if (known) return known
  if (resolution !== '5m') {
    return withParts(deps, emptyRollup(resolution, shard, startMs), partsOf(resolution, startMs))
  }
  const read = createLakeReader({ bucket, shard })
  return rollupOfColumns(await columnsOfTables(shard, startMs, (table) => read(table, startMs)))
}

async function columnsOfTables(
  shard: Shard,
  hourMs: number,
  readTable: (table: LakeTable) => Promise<{ rows: LakeRows }>,
): Promise<RollupColumns> {
  const tables = Object.fromEntries(lakeTables.map((table) => [table, joinRows(table, [])])) as unknown as Record<
    LakeTable,
    LakeRows
  >
  await inParallel(lakeTables, lakeTables.length, async (table) => {
    tables[table] = (await readTable(table)).rows
  })
  const transitions = byTime(transitionsOfRows(tables.transitions))
  const gaps = byBeginning(gapsOfRows(tables.gaps))
  return columnsOfHour({ shard, startMs: hourMs, transitions, gaps }, tables)
}

/** Ascending by name, so that the same data gives the same bytes. */
function sortedHosts(hosts: ReadonlyMap<string, HostBucket[]>): Record<string, HostBucket[]> {
  return Object.fromEntries([...hosts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A host may be called `constructor`. */
function hasHost({ hosts }: RollupObject, host: string): boolean {
  return Object.hasOwn(hosts, host)
}

function byTime(transitions: RollupObject['transitions']): RollupObject['transitions'] {
  return transitions.toSorted((a, b) => a.atMs - b.atMs)
}

function byBeginning(gaps: RollupObject['gaps']): RollupObject['gaps'] {
  return gaps.toSorted((a, b) => a.fromMs - b.fromMs)
}

function partsOf(resolution: keyof typeof shorter, startMs: number): number[] {
  const parts: number[] = []
  for (let at = startMs; at < objectEnd(resolution, startMs); at += bucketMs[resolution]) parts.push(at)
  return parts
}

function emptyRollup(resolution: Resolution, shard: Shard, startMs: number): RollupObject {
  return { resolution, shard, startMs, hosts: {}, transitions: [], gaps: [] }
}

/** Damaged and older ones are made again; a newer one throws an `UnreadableObjectError`. */
async function readOrUndefined<T>(
  key: string,
  object: StoredObject | undefined,
  as: (columns: RollupColumns) => T,
): Promise<T | undefined> {
  if (!object) return undefined
  try {
    return as(readRollup(await unpackBytes(object.body, rollupMaxBytes)))
  } catch (error) {
    if (error instanceof NewerVersionError) throw new UnreadableObjectError(key, error)
    return undefined
  }
}

function encode(columns: RollupColumns): Uint8Array {
  return pack(writeRollup(columns))
}
