/**
 * The lake: one Parquet file a table, day and shard. `covers` in it keeps every row from coming in twice; and since all of a
 * day is one object, a reader sees what was there before a run or after it, and nothing else.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type LakeTable, lakeKey, type Shard } from '../../core/keys.ts'
import { lakeOrder, lakeTime } from '../../core/rollup/columns.ts'
import { bucketMs } from '../../core/rollup/rollup.ts'
import { type Cell, type LakeRecord, samplesOfRecords } from '../../core/rollup/tables.ts'
import type { SampleRow } from '../../core/shard/block.ts'
import { regroup } from './hour-groups.ts'
import { type LakeFile, openParquet, type ParquetFile, writeParquet } from './parquet.ts'
import { DamagedObjectError, replaceObject } from './replace.ts'

export interface LakeHour {
  bucket: Bucket
  shard: Shard
  /** Start of the hour, UTC. */
  hourMs: number
}

/** The records of an hour. No file: no records, covering nothing. A damaged one throws a `DamagedObjectError`. */
export async function readLakeTable({
  bucket,
  table,
  shard,
  hourMs,
}: LakeHour & { table: LakeTable }): Promise<LakeFile> {
  const key = lakeKey(table, shard, hourMs)
  const object = await bucket.get(key)
  return orDamaged(key, async () => {
    const { covers, groups } = open(table, object?.body)
    const records: LakeRecord[] = []
    const endMs = hourMs + bucketMs['1h']
    for (const group of groups.filter(({ firstMs, lastMs }) => firstMs < endMs && lastMs >= hourMs)) {
      for (const record of await group.read()) {
        const atMs = timeOf(table, record)
        if (atMs >= hourMs && atMs < endMs) records.push(record)
      }
    }
    return { covers, records }
  })
}

/** The samples of an hour as the log had them. */
export async function readLakeSamples(hour: LakeHour): Promise<SampleRow[]> {
  const read = async (table: LakeTable) => (await readLakeTable({ ...hour, table })).records
  const [samples, disks, interfaces, processes] = await Promise.all([
    read('samples'),
    read('disks'),
    read('interfaces'),
    read('processes'),
  ])
  return samplesOfRecords({ samples, disks, interfaces, processes })
}

/**
 * The day's table with `records` in it (those of all blocks up to number `covers` that have rows for this day, or more):
 * what a former run put there, or a concurrent one, is not added again.
 */
export async function addToLakeTable({
  bucket,
  table,
  shard,
  dayMs,
  records,
  covers,
}: {
  bucket: Bucket
  table: LakeTable
  shard: Shard
  /** Start of the day, UTC. */
  dayMs: number
  records: readonly LakeRecord[]
  covers: number
}): Promise<void> {
  const key = lakeKey(table, shard, dayMs)
  await replaceObject(bucket, key, (current) =>
    orDamaged(key, async () => {
      const held = open(table, current?.body)
      const fresh = held.covers >= covers ? [] : records.filter(({ block }) => Number(block) > held.covers)
      if (fresh.length === 0) return undefined
      const groups = await regroup({ groups: held.groups, fresh, timeOf: (record) => timeOf(table, record) })
      return writeParquet(
        table,
        covers,
        groups.map((group) => ('read' in group ? group : sorted(table, group))),
      )
    }),
  )
}

function open(table: LakeTable, body: Uint8Array | undefined): ParquetFile {
  return body ? openParquet(table, body) : { covers: 0, groups: [] }
}

async function orDamaged<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new DamagedObjectError(key, cause)
  }
}

function timeOf(table: LakeTable, record: LakeRecord): number {
  return Number(record[lakeTime(table)])
}

/** `block` and `row` come last and make the order total, but for the parts of one sample, which stay as they came. */
function sorted(table: LakeTable, records: LakeRecord[]): LakeRecord[] {
  const names = [...lakeOrder[table], 'block', 'row']
  return records.sort((a, b) => {
    for (const name of names) {
      const order = compare(a[name], b[name])
      if (order !== 0) return order
    }
    return 0
  })
}

/** Absent first. */
function compare(a: Cell, b: Cell): number {
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  return a < b ? -1 : 1
}
