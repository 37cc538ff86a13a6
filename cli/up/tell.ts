/** What the functions did, as events of the log. */
import type { Log } from '../../adapters/log/port.ts'
import type { EvaluateOutcome } from '../../functions/evaluate/evaluate.ts'
import type { DeliverySummary } from '../../functions/notify/summary.ts'

export function tellDecisions(log: Log, outcomes: readonly EvaluateOutcome[]): void {
  for (const one of outcomes) {
    if (one.outcome !== 'committed') continue
    for (const { host, rule, entity, to, reason, incident } of one.transitions) {
      const fields = { host, alert: entity === '' ? rule : `${rule} ${entity}`, reason, incident: incident?.id }
      if (to === 'firing') log.warn('firing', fields)
      else if (to === 'ok' && incident) log.info('resolved', fields)
    }
    if (one.refused > 0)
      log.warn('input was refused and lies under rejected/', { shard: one.shard, objects: one.refused })
  }
}

export function tellDelivery(log: Log, { sent, failed, unread }: DeliverySummary): void {
  for (const { id, kind, host, where, reachesSomebody } of sent) {
    if (reachesSomebody) log.info('mail sent', { kind, host, id, where })
    else log.warn('mail kept as a file; nobody was told', { kind, host, id, file: where })
  }
  for (const { id, error, attempts } of failed)
    log.error('mail not sent; it is tried again', { id, reason: error, attempts })
  for (const { key, reason } of unread) log.error('a notice can not be read', { key, reason })
}
