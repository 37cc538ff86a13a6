import type { Log } from '../adapters/log/port.ts'
import type { DeliverySummary } from '../functions/notify/summary.ts'

/** notify itself tells what was sent and what failed; it does not know that a file tells nobody. */
export function tellDelivery(log: Log, { sent }: DeliverySummary): void {
  for (const { id, where, reachesSomebody } of sent) {
    if (!reachesSomebody) log.warn('nobody was told: the mail is a file', { id, file: where })
  }
}
