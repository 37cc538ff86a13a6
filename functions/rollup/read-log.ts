/** The log as rollup reads it: the committed blocks that wait, in slices, and their rows by hour and table. */
import { readBlock } from '../../adapters/bucket/block.ts'
import { pagesOf } from '../../adapters/bucket/pages.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import type { Log } from '../../adapters/log/port.ts'
import { beforeBlock, type LakeTable, logPrefix, type Shard } from '../../core/keys.ts'
import { committedChain, type Head, type ListedBlock } from '../../core/log-chain.ts'
import { createRowsBuilder, type RowsBuilder } from '../../core/rollup/lake-rows.ts'
import { bucketMs } from '../../core/rollup/rollup.ts'
import { lakeParts } from '../../core/rollup/tables.ts'
import type { Progress } from './progress.ts'

export type WaitingBlock = ListedBlock & { sizeBytes: number }

const readsAtOnce = 16
/** Covered blocks that are listed once more, for what a slow run left among them since. */
const lookBackBlocks = 100

export async function readHead(bucket: Bucket, shard: Shard): Promise<Head | undefined> {
  return (await readShardState(bucket, shard))?.state.head
}

/** What was committed after `progress`, and what nobody will ever commit. A hole in the chain throws. */
export async function listWaiting({
  bucket,
  shard,
  head,
  progress,
  log,
}: {
  bucket: Bucket
  shard: Shard
  head: Head
  progress: Progress
  log: Log
}): Promise<{ waiting: WaitingBlock[]; orphans: string[] }> {
  const sizes = new Map<string, number>()
  const startAfter = beforeBlock(shard, Math.max(0, progress.n - lookBackBlocks))
  for await (const page of pagesOf(bucket, logPrefix(shard), startAfter)) {
    for (const { key, sizeBytes } of page) sizes.set(key, sizeBytes)
  }
  const { committed, orphans } = committedChain([...sizes.keys()], head)
  const waiting = committed.filter(({ name }) => name.n > progress.n)
  const first = waiting[0]?.name
  if (first?.n !== progress.n + 1 || first.prev !== progress.write) {
    const found = first ? `begins at block ${first.n} after write ${first.prev}` : `lacks its head, block ${head.n}`
    const expected = `block ${progress.n + 1} after write ${progress.write}`
    if (progress.n > 0 || !first) {
      throw new Error(
        `rollup: the log of shard ${shard} ${found}: expected ${expected}; was state, log or progress put back?`,
      )
    }
    log.warn('the log no longer reaches back to its beginning; what was swept from it is not read again', {
      shard,
      firstBlock: first.n,
    })
  }
  return { waiting: waiting.map((block) => ({ ...block, sizeBytes: sizes.get(block.key) ?? 0 })), orphans }
}

/** Each with one block at least. */
export function* slices(
  blocks: readonly WaitingBlock[],
  bound: { blocks: number; bytes: number },
): Generator<WaitingBlock[]> {
  let slice: WaitingBlock[] = []
  let bytes = 0
  for (const block of blocks) {
    if (slice.length > 0 && (slice.length >= bound.blocks || bytes + block.sizeBytes > bound.bytes)) {
      yield slice
      slice = []
      bytes = 0
    }
    slice.push(block)
    bytes += block.sizeBytes
  }
  if (slice.length > 0) yield slice
}

/** What the blocks have of one day, UTC. */
export interface DayRows {
  tables: Map<LakeTable, RowsBuilder>
  /** Starts of the hours that the rows are of. */
  hours: Set<number>
}

/** The blocks' rows by the day of their event time. */
export async function readDays(bucket: Bucket, blocks: readonly WaitingBlock[]): Promise<Map<number, DayRows>> {
  const days = new Map<number, DayRows>()
  for (let at = 0; at < blocks.length; at += readsAtOnce) {
    const read = await Promise.all(blocks.slice(at, at + readsAtOnce).map((block) => readParts(bucket, block)))
    for (const { table, atMs, origin, item } of read.flat()) {
      const dayMs = Math.floor(atMs / bucketMs['1d']) * bucketMs['1d']
      const day = days.get(dayMs) ?? { tables: new Map(), hours: new Set() }
      days.set(dayMs, day)
      day.hours.add(Math.floor(atMs / bucketMs['1h']) * bucketMs['1h'])
      const builder = day.tables.get(table) ?? createRowsBuilder(table)
      day.tables.set(table, builder)
      builder.add(origin, item)
    }
  }
  return days
}

async function readParts(bucket: Bucket, listed: ListedBlock) {
  const { block, name } = await readBlock(bucket, listed)
  return block.rows.flatMap((row, index) => lakeParts(row, name.n, index))
}
