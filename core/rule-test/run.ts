/** A test through the production evaluator, and nothing else: its snapshots, a run of evaluate at each step. */
import type { Transition } from '../alerts/alert.ts'
import type { RuleSet } from '../alerts/rule.ts'
import { batchVersion } from '../batch.ts'
import { type InboxName, inboxKey } from '../keys.ts'
import { advanceShard } from '../shard/advance.ts'
import type { ShardInput } from '../shard/inputs.ts'
import { emptyState } from '../shard/state.ts'
import type { RuleTest } from './file.ts'
import { runsOf, type TestRun } from './runs.ts'

/** All transitions of all rules, in the order in which they were decided. */
export function transitionsOf(test: RuleTest, rules: RuleSet): Transition[] {
  const transitions: Transition[] = []
  let state = emptyState('all')
  for (const run of runsOf(test)) {
    const inputs = inputsOf(run, test.intervalMs)
    const advance = advanceShard({ before: state, inputs, rules, nowMs: run.atMs, sawWholeInbox: true })
    state = advance.state
    transitions.push(...advance.rows.filter((row) => row.kind === 'transition'))
  }
  return transitions
}

function inputsOf({ step = 0, sent }: TestRun, intervalMs: number): ShardInput[] {
  const seq = step + 1
  return sent.map(({ host, tags, snapshot }) => {
    const name: InboxName = { host, stream: '0'.repeat(16), seq, sha16: seq.toString(16).padStart(16, '0') }
    const header = {
      kind: 'batch',
      v: batchVersion,
      host,
      stream: name.stream,
      seq,
      agentVersion: 'test',
      shipEveryMs: intervalMs,
      facts: { tags: { ...tags } },
    } as const
    return { kind: 'batch', key: inboxKey(name), name, batch: { header, records: [snapshot] } }
  })
}
