/**
 * The production evaluator over blocks of the log, once more: what it decided, or what it would have with other rules.
 *
 * A run that found nothing wrote no block. The same rules find nothing again; others may, so their replay has a run in each
 * interval between two blocks, with an empty inbox.
 */
import { type RuleSet, rulesHash } from '../alerts/rule.ts'
import { type Advance, advanceShard } from '../shard/advance.ts'
import type { Block, BlockRow } from '../shard/block.ts'
import { controlOfBlock, inputsOfBlock } from '../shard/inputs.ts'
import type { ShardState } from '../shard/state.ts'
import { defaultPolicy, policyHash, type TellingPolicy } from '../telling/policy.ts'

export interface Deciding {
  rules: RuleSet
  policy?: TellingPolicy | undefined
}

/** Were the rules and the policy of the block's run these? */
export function decidedBy({ rules, policy = defaultPolicy }: Deciding): (block: Block) => boolean {
  const hashes = [rulesHash(rules), policyHash(policy)]
  const byDefault = policyHash(defaultPolicy)
  return ({ header }) => header.rulesHash === hashes[0] && (header.policyHash ?? byDefault) === hashes[1]
}

/** What the block's run did, with these rules and from this state. */
export function replayBlock(before: ShardState, block: Block, { rules, policy }: Deciding): Advance {
  const { nowMs, sawWholeInbox, unreadHosts, resumedAtMs } = block.header
  return advanceShard({
    before: { ...before, notices: [] },
    inputs: inputsOfBlock(block),
    control: controlOfBlock(block),
    rules,
    policy,
    nowMs,
    sawWholeInbox,
    unreadHosts,
    resumedAtMs,
  })
}

/** The rows of a run, by its clock. */
export interface ReplayedRun {
  nowMs: number
  rows: BlockRow[]
}

/** Runs with an empty inbox, `everyMs` apart, after `sinceMs` and before `untilMs`: those that decided something. */
export function replayIdle(
  before: ShardState,
  { rules, policy }: Deciding,
  { sinceMs, untilMs, everyMs }: { sinceMs: number; untilMs: number; everyMs: number },
): { state: ShardState; runs: ReplayedRun[] } {
  let state = before
  const runs: ReplayedRun[] = []
  // The run that made the next block is not made twice.
  for (let nowMs = sinceMs + everyMs; nowMs <= untilMs - everyMs / 2; nowMs += everyMs) {
    const idle = advanceShard({
      before: { ...state, notices: [] },
      inputs: [],
      rules,
      policy,
      nowMs,
      sawWholeInbox: true,
    })
    if (!idle.changed) continue
    state = idle.state
    runs.push({ nowMs, rows: idle.rows })
  }
  return { state, runs }
}

const decisions: ReadonlySet<BlockRow['kind']> = new Set(['transition', 'telling', 'held', 'forgotten'])

export function decisionsIn(rows: readonly BlockRow[]): number {
  return rows.filter(({ kind }) => decisions.has(kind)).length
}

export interface Difference {
  /** Number of the block, and of the row in it from 1. */
  block: number
  row: number
  /** As JSON; absent: there is none. */
  was?: string
  is?: string
}

/** The first row that is not the same, byte for byte; `undefined`: all are. */
export function firstDifference({ header, rows }: Block, replayed: readonly BlockRow[]): Difference | undefined {
  for (let at = 0; at < Math.max(rows.length, replayed.length); at++) {
    const [was, is] = [JSON.stringify(rows[at]), JSON.stringify(replayed[at])]
    if (was === is) continue
    return {
      block: header.n,
      row: at + 1,
      ...(was === undefined ? {} : { was }),
      ...(is === undefined ? {} : { is }),
    }
  }
  return undefined
}
