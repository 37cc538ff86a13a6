/** The lake: one Parquet file a table, hour and shard. `covers` in it keeps every row from coming in twice. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type LakeTable, lakeKey, type Shard } from '../../core/keys.ts'
import { lakeOrder } from '../../core/rollup/columns.ts'
import { type Cell, type LakeRecord, samplesOfRecords } from '../../core/rollup/tables.ts'
import type { SampleRow } from '../../core/shard/block.ts'
import { decodeParquet, encodeParquet, type LakeFile } from './parquet.ts'
import { DamagedObjectError, replaceObject } from './replace.ts'

export interface LakeHour {
  bucket: Bucket
  shard: Shard
  /** Start of the hour, UTC. */
  hourMs: number
}

/** No file: no records, covering nothing. A damaged one throws a `DamagedObjectError`. */
export async function readLakeTable({
  bucket,
  table,
  shard,
  hourMs,
}: LakeHour & { table: LakeTable }): Promise<LakeFile> {
  const key = lakeKey(table, shard, hourMs)
  return decode(table, key, (await bucket.get(key))?.body)
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
 * The table with `records` in it (those of all blocks up to number `covers` that have rows for this hour, or more): what
 * a former run put there, or a concurrent one, is not added again. Resolves to what the file holds then.
 */
export async function addToLakeTable({
  bucket,
  table,
  shard,
  hourMs,
  records,
  covers,
}: LakeHour & { table: LakeTable; records: readonly LakeRecord[]; covers: number }): Promise<LakeFile> {
  const key = lakeKey(table, shard, hourMs)
  let held: LakeFile = { covers: 0, records: [] }
  await replaceObject(bucket, key, async (current) => {
    held = await decode(table, key, current?.body)
    const fresh = held.covers >= covers ? [] : records.filter(({ block }) => Number(block) > held.covers)
    if (fresh.length === 0) return undefined
    held = { covers, records: sorted(table, [...held.records, ...fresh]) }
    return encodeParquet(table, held)
  })
  return held
}

async function decode(table: LakeTable, key: string, body: Uint8Array | undefined): Promise<LakeFile> {
  if (!body) return { covers: 0, records: [] }
  try {
    return await decodeParquet(table, body)
  } catch (cause) {
    throw new DamagedObjectError(key, cause)
  }
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
