/**
 * State that is gone, out of what the log has: from the last checkpoint, or the beginning, through each block to the last. It
 * is put only where there is none.
 */
import { readBlock } from '../../adapters/bucket/block.ts'
import { pagesOf } from '../../adapters/bucket/pages.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { readBlocks, type ShardLog, startBefore } from '../../adapters/history/shard-log.ts'
import { pack } from '../../core/codec.ts'
import { checkpointPrefix, logPrefix, parseCheckpointKey, type Shard, stateKey } from '../../core/keys.ts'
import { committedChain, type ListedBlock, possibleHeads } from '../../core/log-chain.ts'
import { stateAfter } from '../../core/replay/rebuild.ts'
import type { Deciding } from '../../core/replay/replay.ts'
import { emptyState, type ShardState } from '../../core/shard/state.ts'

export interface RebuildOptions extends Deciding {
  bucket: Bucket
  shard: Shard
  /** The write id of the last block, where several may be it. */
  head?: string | undefined
  /** Only say what would be put. */
  dryRun: boolean
}

export type Rebuilt =
  | { outcome: 'there'; shard: Shard }
  | { outcome: 'no-log'; shard: Shard }
  | { outcome: 'rebuilt'; shard: Shard; block: number; decidedAtMs: number; hosts: number; replayed: number }

export async function rebuildState({ bucket, shard, head, dryRun, ...deciding }: RebuildOptions): Promise<Rebuilt> {
  if (await readShardState(bucket, shard)) return { outcome: 'there', shard }
  const keys = await keysBelow(bucket, logPrefix(shard))
  const last = lastBlock(keys, { shard, head })
  if (!last) return { outcome: 'no-log', shard }
  const { committed: blocks } = committedChain(keys, last.name)
  const kept = await keysBelow(bucket, checkpointPrefix(shard))
  const checkpoints = kept.flatMap((key) => parseCheckpointKey(key)?.n ?? [])
  const log: ShardLog = { shard, state: emptyState(shard), blocks, checkpoints }
  const start = await startBefore(bucket, log, blocks.length - 1)
  if (!start) throw new Error(`the log of shard ${shard} begins in the middle, and has no checkpoint: expected one`)
  let state = start.state
  for await (const { block } of readBlocks(bucket, blocks.slice(start.place))) {
    state = stateAfter(state, block, deciding)
  }
  const { block } = await readBlock(bucket, last)
  if (!dryRun) await putState(bucket, state)
  return {
    outcome: 'rebuilt',
    shard,
    block: last.name.n,
    decidedAtMs: block.header.nowMs,
    hosts: Object.keys(state.hosts).length,
    replayed: blocks.length - start.place,
  }
}

async function keysBelow(bucket: Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of pagesOf(bucket, prefix)) keys.push(...page.map(({ key }) => key))
  return keys
}

function lastBlock(
  keys: readonly string[],
  { shard, head }: { shard: Shard; head: string | undefined },
): ListedBlock | undefined {
  const heads = possibleHeads(keys)
  if (head === undefined && heads.length <= 1) return heads[0]
  const writes = heads.map(({ name }) => name.write)
  const found = heads.find(({ name }) => name.write === head)
  if (found) return found
  throw new Error(
    `the log of shard ${shard} ends with ${writes.join(' or ')}, and one of them was committed: ` +
      `expected --head with its write id; evaluate's log says "committed" with it, as "run"`,
  )
}

async function putState(bucket: Bucket, state: ShardState): Promise<void> {
  const key = stateKey(state.shard)
  const { outcome } = await bucket.put(key, pack(JSON.stringify(state)), { ifAbsent: true })
  if (outcome === 'lost') throw new Error(`${key} has come meanwhile: it stands`)
}
