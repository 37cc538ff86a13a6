/** What runs took and decided, as events of the log. */
import type { Log } from '../../adapters/log/port.ts'
import { logWith } from '../../adapters/log/with.ts'
import type { ShardInput } from '../../core/shard/inputs.ts'
import type { EvaluateOutcome } from './evaluate.ts'

type Committed = Extract<EvaluateOutcome, { outcome: 'committed' }>

export function tellDecisions(log: Log, outcomes: readonly Committed[]): void {
  for (const { shard, transitions, refused } of outcomes) {
    for (const { host, rule, entity, to, reason, incident } of transitions) {
      const fields = { host, rule, ...(entity === '' ? {} : { entity }), reason, incident: incident?.id }
      if (to === 'firing') log.warn('alert is firing', fields)
      else if (to === 'ok' && incident) log.info('alert is resolved', fields)
    }
    if (refused > 0) log.warn('input was refused and lies under rejected/', { shard, objects: refused })
  }
}

/** Where several shards share a log that is read afterwards: also what was taken, and by which run. */
export function tellCommit(log: Log, committed: EvaluateOutcome): void {
  if (committed.outcome !== 'committed') return
  const { outcome: _, shard, run, transitions, ...counts } = committed
  const ofRun = logWith(log, { shard, run })
  ofRun.info('committed', { ...counts, transitions: transitions.length })
  tellDecisions(ofRun, [committed])
}

/** A host that is known has a finding as well; of one that never sent anything else nobody would learn. */
export function tellWaiting(log: Log, inputs: readonly ShardInput[]): void {
  const waiting = inputs.filter((input) => input.kind === 'waits')
  const [first] = waiting
  if (!first) return
  const hosts = new Set(waiting.map(({ host }) => host)).size
  log.warn('batches of newer agents wait for newer functions', {
    batches: waiting.length,
    hosts,
    host: first.host,
    reason: first.reason,
  })
}
