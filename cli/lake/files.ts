/** Which objects of the lake hold what is asked for. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import {
  type LakeTable,
  lakeKey,
  lakePrefix,
  parseLakeKey,
  type Shard,
  type ShardCount,
  shardOfHost,
} from '../../core/keys.ts'
import type { LakeRange } from './period.ts'

export interface LakeObject {
  key: string
  table: LakeTable
  sizeBytes: number
}

export interface LakeFilesOptions {
  bucket: Bucket
  shardCount: ShardCount
  tables: readonly LakeTable[]
  range: LakeRange
}

/** In the order of table and day; of days that the range touches, and shards that have its hosts. */
export async function listLakeObjects({ bucket, shardCount, tables, range }: LakeFilesOptions): Promise<LakeObject[]> {
  const shards = range.hosts && new Set<Shard>(range.hosts.map((host) => shardOfHost(host, shardCount)))
  const found: LakeObject[] = []
  for (const table of tables) {
    for await (const { key, sizeBytes } of listFrom(bucket, table, range.fromMs)) {
      const name = parseLakeKey(key)
      if (!name) continue
      if (name.dayMs >= range.toMs) break
      if (shards?.has(name.shard) !== false) found.push({ key, table, sizeBytes })
    }
  }
  return found
}

/** A day's keys come after the day's folder itself. */
async function* listFrom(bucket: Bucket, table: LakeTable, fromMs: number) {
  let startAfter = lakeKey(table, '', fromMs).slice(0, -'.parquet'.length)
  for (;;) {
    const { objects, more } = await bucket.list(lakePrefix(table), { startAfter })
    yield* objects
    const last = objects.at(-1)?.key
    if (!more || last === undefined) return
    startAfter = last
  }
}
