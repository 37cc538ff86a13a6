/** A test through the production evaluator: snapshots made from its series, a run of evaluate at each step. */
import type { Transition } from '../alerts/alert.ts'
import type { RuleSet } from '../alerts/rule.ts'
import { batchVersion } from '../batch.ts'
import { type InboxName, inboxKey } from '../keys.ts'
import { advanceShard } from '../shard/advance.ts'
import type { ShardInput } from '../shard/inputs.ts'
import { emptyState } from '../shard/state.ts'
import type { HostSeries, RuleTest } from './file.ts'
import { type MetricValue, snapshotOf } from './snapshot.ts'

/** All transitions of all rules, in the order in which they were decided. */
export function transitionsOf({ startMs, intervalMs, silenceMs, hosts }: RuleTest, rules: RuleSet): Transition[] {
  const transitions: Transition[] = []
  const stepCount = Math.max(0, ...hosts.flatMap(({ series }) => series.map(({ steps }) => steps.length)))
  const runCount = stepCount + Math.ceil(silenceMs / intervalMs)
  let state = emptyState('all')
  for (let step = 0; step < runCount; step++) {
    const nowMs = startMs + step * intervalMs
    const inputs = hosts.flatMap((host) => inputOf(host, step, { atMs: nowMs, intervalMs }))
    const advance = advanceShard({ before: state, inputs, rules, nowMs, sawWholeInbox: true })
    state = advance.state
    transitions.push(...advance.rows.filter((row) => row.kind === 'transition'))
  }
  return transitions
}

/** A host sends nothing in a step in which it has no value at all. */
function inputOf(
  { host, tags, series }: HostSeries,
  step: number,
  { atMs, intervalMs }: { atMs: number; intervalMs: number },
): ShardInput[] {
  const values = series.flatMap(({ metric, entity, steps }): MetricValue[] => {
    const value = steps[step]
    return value === undefined ? [] : [{ metric, entity, value }]
  })
  if (values.length === 0) return []
  const seq = step + 1
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
  return [
    {
      kind: 'batch',
      key: inboxKey(name),
      name,
      batch: { header, records: [snapshotOf(values, { atMs, intervalMs })] },
    },
  ]
}
