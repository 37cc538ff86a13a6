/** A log as evaluate leaves it: blocks chained to state's head, and what crashed runs left beside them. */
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { pack } from '../../../../core/codec.ts'
import { blockKey, type LakeTable, lakeTables, noBlock, parseLakeKey, stateKey } from '../../../../core/keys.ts'
import { type BlockRow, blockVersion, encodeBlock, type SampleRow } from '../../../../core/shard/block.ts'
import { emptyState, type ShardState } from '../../../../core/shard/state.ts'
import type { Snapshot } from '../../../../core/snapshot.ts'
import { decodeParquet } from '../../../../functions/rollup/parquet.ts'
import { lakeRecords } from '../../../lake-contents.ts'
import { makeSnapshot } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'

export const shard = 'all'

export function memoryBucket(): MemoryBucket {
  return createMemoryBucket({ now: () => 0 })
}

export function sampleAt(atMs: number, host = 'web-1', rest: Partial<Omit<Snapshot, 'disks'>> = {}): SampleRow {
  return { kind: 'sample', host, atMs, snapshot: makeSnapshot({ atMs, ...rest }) }
}

export interface CommittedLog {
  commit(rows: BlockRow[]): Promise<void>
  /** A block that lost the commit, at a distance from head: 0 beside it, 1 the one that may be committed next. */
  leaveOrphan(rows: BlockRow[], ahead?: number): Promise<string>
  /** Rows committed so far, by number of their block. */
  readonly blocks: BlockRow[][]
}

export function createLog(bucket: Bucket): CommittedLog {
  const blocks: BlockRow[][] = []
  let state: ShardState = emptyState(shard)
  let writes = 0
  const newWrite = () => String(++writes).padStart(16, '0').replaceAll('0', 'a')
  const putBlock = async (rows: BlockRow[], n: number, write: string, prev: string) => {
    const header = {
      kind: 'block',
      v: blockVersion,
      shard,
      n,
      write,
      prev,
      nowMs: 0,
      rulesHash: '',
      sawWholeInbox: true,
    } as const
    const key = blockKey({ shard, n, write, prev })
    await bucket.put(key, pack(encodeBlock({ header, rows })), { ifAbsent: true })
    return key
  }
  return {
    blocks,
    commit: async (rows) => {
      const write = newWrite()
      const prev = state.head?.write ?? noBlock
      const n = (state.head?.n ?? 0) + 1
      await putBlock(rows, n, write, prev)
      state = { ...state, write, head: { n, write, prev } }
      await bucket.put(stateKey(shard), pack(JSON.stringify(state)))
      blocks.push(rows)
    },
    leaveOrphan: (rows, ahead = 0) =>
      putBlock(rows, (state.head?.n ?? 0) + ahead, newWrite(), ahead > 0 ? (state.head?.write ?? noBlock) : noBlock),
  }
}

/** What the lake must hold of this log, and what it holds: each record as text, sorted. */
export function expectedLake(blocks: readonly BlockRow[][]): Record<LakeTable, string[]> {
  const records = blocks.flatMap((rows, index) => rows.flatMap((row, at) => lakeRecords(row, index + 1, at)))
  return tablesOf((table) => records.filter((record) => record.table === table).map(({ record }) => textOf(record)))
}

export async function heldLake(bucket: Bucket): Promise<Record<LakeTable, string[]>> {
  const { objects } = await bucket.list('lake/')
  const held = tablesOf(() => [] as string[])
  for (const { key } of objects) {
    const table = parseLakeKey(key)?.table
    const body = (await bucket.get(key))?.body
    if (!table || !body) throw new Error(`${key} is not of the lake`)
    const { records } = await decodeParquet(table, body)
    held[table].push(...records.map(textOf))
  }
  return tablesOf((table) => held[table].sort())
}

function tablesOf(make: (table: LakeTable) => string[]): Record<LakeTable, string[]> {
  return Object.fromEntries(lakeTables.map((table) => [table, make(table).sort()])) as Record<LakeTable, string[]>
}

function textOf(record: object): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
