/** What the functions decided and sent, as events of the log. */
import type { Log } from '../adapters/log/port.ts'
import type { EvaluateOutcome } from '../functions/evaluate/evaluate.ts'
import type { DeliverySummary } from '../functions/notify/summary.ts'

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

/** notify itself tells what was sent and what failed; it does not know that a file tells nobody. */
export function tellDelivery(log: Log, { sent }: DeliverySummary): void {
  for (const { id, where, reachesSomebody } of sent) {
    if (!reachesSomebody) log.warn('nobody was told: the mail is a file', { id, file: where })
  }
}
