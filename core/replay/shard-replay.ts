/** A shard's log, block after block, through the evaluator: what was told beside what would be, and whether it is the same. */
import type { Block } from '../shard/block.ts'
import type { ShardState } from '../shard/state.ts'
import {
  type Deciding,
  type Difference,
  decidedBy,
  decisionsIn,
  firstDifference,
  replayBlock,
  replayIdle,
} from './replay.ts'
import { addTellings, noTellings, type Tellings } from './told.ts'

export interface ShardReplay {
  take(block: Block): void
  /** Runs with an empty inbox, from the last block to then. */
  goOnUntil(atMs: number): void
  /** So far. */
  outcome(): ShardReplayed
}

export interface ShardReplayed {
  blocks: number
  /** Of the log. */
  decisions: number
  /** The first block that was decided by other rules or another policy than these; absent: none was. `isFirst`: of all. */
  foreign?: { block: number; atMs: number; isFirst: boolean }
  /** Absent: none, as long as the rules were these. */
  difference?: Difference
  was: Tellings
  is: Tellings
}

export interface ShardReplayOptions extends Deciding {
  /** As it was before the first block. */
  state: ShardState
  /** Between two runs of evaluate. */
  everyMs: number
}

export function createShardReplay({ state: from, everyMs, ...deciding }: ShardReplayOptions): ShardReplay {
  const isOurs = decidedBy(deciding)
  const sums = { blocks: 0, decisions: 0 }
  const [was, is] = [noTellings(from.telling), noTellings(from.telling)]
  let state = from
  let lastMs: number | undefined
  let found: Pick<ShardReplayed, 'foreign' | 'difference'> = {}
  const idleUntil = (untilMs: number) => {
    if (lastMs === undefined || !found.foreign) return
    const idle = replayIdle(state, deciding, { sinceMs: lastMs, untilMs, everyMs })
    state = idle.state
    for (const run of idle.runs) addTellings(is, run.rows)
  }
  return {
    take: (block) => {
      const { header, rows } = block
      if (!found.foreign && !isOurs(block)) {
        found = { ...found, foreign: { block: header.n, atMs: header.nowMs, isFirst: lastMs === undefined } }
      }
      // evaluate was away: in that time nobody ran.
      if (header.resumedAtMs === undefined) idleUntil(header.nowMs)
      const advance = replayBlock(state, block, deciding)
      state = advance.state
      lastMs = header.nowMs
      sums.blocks += 1
      sums.decisions += decisionsIn(rows)
      addTellings(was, rows)
      addTellings(is, advance.rows)
      if (found.foreign || found.difference) return
      const difference = firstDifference(block, advance.rows)
      if (difference) found = { ...found, difference }
    },
    goOnUntil: idleUntil,
    outcome: () => ({ ...sums, ...found, was, is }),
  }
}
