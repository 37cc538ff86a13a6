/** The log of a shard, by time: what was committed, block by block, and the checkpoints that lie between. */

import { unpack } from '../../core/codec.ts'
import { checkpointKey, checkpointPrefix, logPrefix, noBlock, parseCheckpointKey, type Shard } from '../../core/keys.ts'
import { committedChain, type ListedBlock } from '../../core/log-chain.ts'
import { emptyState, parseState, type ShardState, stateMaxBytes } from '../../core/shard/state.ts'
import { type ReadBlock, readBlock } from '../bucket/block.ts'
import { pagesOf } from '../bucket/pages.ts'
import type { Bucket } from '../bucket/port.ts'
import { readShardState } from '../bucket/shard-state.ts'

export interface ShardLog {
  shard: Shard
  /** As it was committed last. */
  state: ShardState
  /** Committed, ascending, up to that of `state`; as far back as the log was not swept. */
  blocks: readonly ListedBlock[]
  /** Numbers of the blocks whose state is kept, ascending. */
  checkpoints: readonly number[]
}

/** `undefined`: nothing was committed yet. Blocks that come while this reads are left out. */
export async function openShardLog(bucket: Bucket, shard: Shard): Promise<ShardLog | undefined> {
  const state = (await readShardState(bucket, shard))?.state
  if (!state?.head) return undefined
  const { committed } = committedChain(await keysBelow(bucket, logPrefix(shard)), state.head)
  const kept = await keysBelow(bucket, checkpointPrefix(shard))
  const checkpoints = kept.flatMap((key) => parseCheckpointKey(key)?.n ?? [])
  return { shard, state, blocks: committed, checkpoints }
}

async function keysBelow(bucket: Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of pagesOf(bucket, prefix)) keys.push(...page.map(({ key }) => key))
  return keys
}

/**
 * Place in `blocks` of the first that a run decided at `atMs` or later; their number where there is none. By halves: runs are
 * in the order of time but for a clock that was put back, by as much as that.
 */
export async function placeOf(bucket: Bucket, { blocks }: ShardLog, atMs: number): Promise<number> {
  let [low, high] = [0, blocks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const listed = blocks[middle]
    if (!listed) break
    const { block } = await readBlock(bucket, listed)
    if (block.header.nowMs >= atMs) high = middle
    else low = middle + 1
  }
  return low
}

export interface ReplayStart {
  /** As it was before the block at `place`. */
  state: ShardState
  place: number
}

/** The latest state that is kept and from which the block at `place` can be reached; the next one after it, where there is none; `undefined`: none at all. */
export async function startBefore(bucket: Bucket, log: ShardLog, place: number): Promise<ReplayStart | undefined> {
  const [first] = log.blocks
  if (!first) return undefined
  const starts = log.checkpoints
    .map((n) => ({ n, place: n + 1 - first.name.n }))
    .filter((one) => one.place >= 0 && one.place < log.blocks.length)
  const before = starts.findLast((one) => one.place <= place)
  if (!before && first.name.prev === noBlock) return { state: emptyState(log.shard), place: 0 }
  const start = before ?? starts[0]
  return start && { state: await readCheckpoint(bucket, log, start), place: start.place }
}

async function readCheckpoint(
  bucket: Bucket,
  { shard, blocks }: ShardLog,
  { n, place }: { n: number; place: number },
): Promise<ShardState> {
  const key = checkpointKey(shard, n)
  const object = await bucket.get(key)
  if (!object) throw new Error(`checkpoint ${key} was listed, and is not there: was it swept just now?`)
  const state = parseState(unpack(object.body, stateMaxBytes), shard)
  const next = blocks[place]?.name
  if (state.head?.n !== n || state.head.write !== next?.prev) {
    const found = `block ${state.head?.n} of write ${state.head?.write}`
    throw new Error(`checkpoint ${key} is of ${found}: expected ${n} of write ${next?.prev}, as the log has it`)
  }
  return state
}

const readsAtOnce = 16

/** In their order. */
export async function* readBlocks(bucket: Bucket, blocks: readonly ListedBlock[]): AsyncGenerator<ReadBlock> {
  for (let at = 0; at < blocks.length; at += readsAtOnce) {
    yield* await Promise.all(blocks.slice(at, at + readsAtOnce).map((block) => readBlock(bucket, block)))
  }
}
