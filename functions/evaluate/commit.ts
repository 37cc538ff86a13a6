/** State and block: read, and the one commit; and each day, before its first commit, a copy of state to replay from. */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { pack } from '../../core/codec.ts'
import { beforeBlock, blockKey, checkpointKey, logPrefix, noBlock, type Shard, stateKey } from '../../core/keys.ts'
import { type BlockHeader, type BlockRow, blockVersion, encodeBlock } from '../../core/shard/block.ts'
import { checkpointDayOf, emptyState, type ShardState } from '../../core/shard/state.ts'

export interface KnownState {
  state: ShardState
  /** Absent: there is no state yet. */
  etag?: string
}

export async function readState(bucket: Bucket, shard: Shard): Promise<KnownState> {
  return (await readShardState(bucket, shard)) ?? { state: emptyState(shard) }
}

export interface Commit {
  known: KnownState
  next: ShardState
  rows: BlockRow[]
  write: string
  decided: Pick<BlockHeader, 'rulesHash' | 'policyHash' | 'nowMs' | 'sawWholeInbox' | 'unreadHosts' | 'resumedAtMs'>
}

/**
 * Puts the block, then state: only the latter is the commit. `undefined`: somebody else was first, and this run's work
 * is thrown away; its block is on no chain, is never read, and is swept later.
 */
export async function commit(
  bucket: Bucket,
  { known, next, rows, write, decided }: Commit,
): Promise<ShardState | undefined> {
  const { shard } = next
  if (known.etag === undefined && (await wasFirst(bucket, shard))) return undefined
  const prev = known.state.head?.write ?? noBlock
  const n = (known.state.head?.n ?? 0) + 1
  const header = { kind: 'block', v: blockVersion, shard, n, write, prev, ...decided } as const
  const checkpointDayMs = checkpointDayOf(decided.nowMs)
  if (checkpointDayMs !== known.state.checkpointDayMs) await putCheckpoint(bucket, known.state)
  await putNamed(bucket, blockKey({ shard, n, write, prev }), pack(encodeBlock({ header, rows })))
  const state: ShardState = { ...next, write, head: { n, write, prev }, checkpointDayMs }
  return (await putState(bucket, known, state)) ? state : undefined
}

const tries = 3

/**
 * Of a shard that had no state: has another run been first since? Throws where its state is gone, and the log is there: who
 * begins anew over it would take what was taken, open each incident again, and leave all that rollup has not taken yet to be
 * swept. The first block may lie there without a state: its run died between the two. A second one had a state.
 */
async function wasFirst(bucket: Bucket, shard: Shard): Promise<boolean> {
  const { objects } = await bucket.list(logPrefix(shard), { startAfter: beforeBlock(shard, 2), limit: 1 })
  const [found] = objects
  if (!found) return false
  // Read after the listing: whoever put a second block had read a state.
  if (await readShardState(bucket, shard)) return true
  throw new Error(
    `evaluate: ${stateKey(shard)} is gone, and the log has ${found.key}: expected state as it was committed last; ` +
      'put it back, or make it again out of the log (vitals state rebuild); nothing is taken until then',
  )
}

/** Whoever else puts it puts the same: state was committed, and there is one that its head's block made. Before the first block it is empty. */
async function putCheckpoint(bucket: Bucket, state: ShardState): Promise<void> {
  if (state.head) await putNamed(bucket, checkpointKey(state.shard, state.head.n), pack(JSON.stringify(state)))
}

/** The name says what is in it: a block's by the write id of this run, a checkpoint's by the block. If it is there, it is the same. */
async function putNamed(bucket: Bucket, key: string, body: Uint8Array): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await bucket.put(key, body, { ifAbsent: true })
      return
    } catch (error) {
      if (!(error instanceof BucketError) || attempt === tries) throw error
    }
  }
}

/** A lost answer or a false "lost" is told from a real one by reading back: state carries the write id. */
async function putState(bucket: Bucket, { etag }: KnownState, state: ShardState): Promise<boolean> {
  const key = stateKey(state.shard)
  const body = pack(JSON.stringify(state))
  const condition = etag === undefined ? { ifAbsent: true as const } : { ifMatches: etag }
  for (let attempt = 1; ; attempt++) {
    try {
      const { outcome } = await bucket.put(key, body, condition)
      if (outcome === 'written') return true
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none') throw error
    }
    const found = await readState(bucket, state.shard)
    if (found.state.write === state.write) return true
    if (found.etag !== etag) return false
    if (attempt === tries) {
      throw new Error(`evaluate: state of shard ${state.shard} was neither written nor lost in ${tries} tries`)
    }
  }
}
