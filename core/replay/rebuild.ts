/** State out of the log: each block decided once more, by the rules of its time, and held against what it says was decided. */
import type { Block } from '../shard/block.ts'
import { checkpointDayOf, type ShardState } from '../shard/state.ts'
import { type Deciding, decidedBy, firstDifference, replayBlock } from './replay.ts'

/**
 * State after `block`, from that before it. Throws where the block was decided by other rules or another version: what it
 * left behind is then not known.
 */
export function stateAfter(before: ShardState, block: Block, deciding: Deciding): ShardState {
  const { n, write, prev, nowMs } = block.header
  const place = `block ${n} of shard ${before.shard}, decided at ${new Date(nowMs).toISOString()}`
  if (n !== (before.head?.n ?? 0) + 1) {
    throw new Error(`${place}: expected block ${(before.head?.n ?? 0) + 1}`)
  }
  if (!decidedBy(deciding)(block)) {
    throw new Error(`${place}, was decided by other rules: expected the vitals.yml and settings of that time`)
  }
  const advance = replayBlock(before, block, deciding)
  const difference = firstDifference(block, advance.rows)
  if (difference) {
    throw new Error(
      `${place}, was decided otherwise in row ${difference.row}: expected the version of Vitals of that time`,
    )
  }
  return { ...advance.state, write, head: { n, write, prev }, checkpointDayMs: checkpointDayOf(nowMs) }
}
