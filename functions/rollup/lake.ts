/**
 * The lake: one Parquet file a table, day and shard. `covers` in it keeps every row from coming in twice; and since all of a
 * day is one object, a reader sees what was there before a run or after it, and nothing else.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type LakeTable, lakeKey, lakeTables, type Shard } from '../../core/keys.ts'
import { columnOf, joinRows, type LakeRows, pickRows, sortRows, timesOf } from '../../core/rollup/lake-rows.ts'
import { bucketMs } from '../../core/rollup/rollup.ts'
import { regroup } from './hour-groups.ts'
import { openParquet, type ParquetFile, type StoredGroup, writeParquet } from './parquet.ts'
import { replaceObject, UnreadableObjectError } from './replace.ts'

export type ReadHour = (table: LakeTable, hourMs: number) => Promise<{ covers: number; rows: LakeRows }>

/** Hours that are read one after the other lie in the same groups: so many of these are kept, of each table. */
const groupsKept = 4

/**
 * Reads hours as they are in the store at that moment; but what has not changed since this reader saw it is not decoded
 * again.
 */
export function createLakeReader({ bucket, shard }: { bucket: Bucket; shard: Shard }): ReadHour {
  const known = new Map<LakeTable, { key: string; etag: string; file: ParquetFile }>()
  const decoded = new Map<LakeTable, Map<StoredGroup, Promise<LakeRows>>>(lakeTables.map((table) => [table, new Map()]))
  const read = (table: LakeTable, group: StoredGroup) => {
    const groups = decoded.get(table)
    const rows = groups?.get(group) ?? group.read()
    groups?.set(group, rows)
    for (const oldest of groups?.keys() ?? []) {
      if ((groups?.size ?? 0) <= groupsKept) break
      groups?.delete(oldest)
    }
    return rows
  }
  return async (table, hourMs) => {
    const key = lakeKey(table, shard, hourMs)
    const object = await bucket.get(key)
    return orUnreadable(key, async () => {
      if (!object) return { covers: 0, rows: joinRows(table, []) }
      const before = known.get(table)
      const isSame = before !== undefined && before.key === key && before.etag === object.etag
      const file = isSame ? before.file : openParquet(table, object.body)
      known.set(table, { key, etag: object.etag, file })
      const parts: LakeRows[] = []
      const endMs = hourMs + bucketMs['1h']
      for (const group of file.groups.filter(({ firstMs, lastMs }) => firstMs < endMs && lastMs >= hourMs)) {
        const rows = await read(table, group)
        const numbers: number[] = []
        for (const [number, atMs] of timesOf(table, rows).entries()) {
          if (atMs >= hourMs && atMs < endMs) numbers.push(number)
        }
        parts.push(numbers.length === rows.rows ? rows : pickRows(rows, numbers))
      }
      return { covers: file.covers, rows: joinRows(table, parts) }
    })
  }
}

/**
 * The day's table with `rows` in it (those of all blocks up to number `covers` that have rows for this day, or more):
 * what a former run put there, or a concurrent one, is not added again.
 */
export async function addToLakeTable({
  bucket,
  table,
  shard,
  dayMs,
  rows,
  covers,
}: {
  bucket: Bucket
  table: LakeTable
  shard: Shard
  /** Start of the day, UTC. */
  dayMs: number
  rows: LakeRows
  covers: number
}): Promise<void> {
  const key = lakeKey(table, shard, dayMs)
  await replaceObject(bucket, key, (current) =>
    orUnreadable(key, async () => {
      const held = open(table, current?.body)
      const fresh = held.covers >= covers ? [] : rowsAbove(table, rows, held.covers)
      if (fresh.length === 0) return undefined
      const groups = await regroup({ table, groups: held.groups, fresh: pickRows(rows, fresh) })
      return writeParquet(
        table,
        covers,
        groups.map((group) => ('read' in group ? group : { ...group, content: sortRows(table, group.content) })),
      )
    }),
  )
}

/** Numbers of the rows of blocks above `covers`. */
function rowsAbove(table: LakeTable, rows: LakeRows, covers: number): number[] {
  return (columnOf(table, rows, 'block') ?? []).flatMap((block, number) => (Number(block) > covers ? [number] : []))
}

function open(table: LakeTable, body: Uint8Array | undefined): ParquetFile {
  return body ? openParquet(table, body) : { covers: 0, groups: [] }
}

async function orUnreadable<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new UnreadableObjectError(key, cause)
  }
}
