import { allShards, type Figures } from '../../adapters/figures/port.ts'
import type { DeliverySummary } from './summary.ts'

export function tellNotices(figures: Figures, { sent, failed, dead, waiting, unread }: DeliverySummary): void {
  figures.count('NoticesTold', sent.length)
  figures.count('NoticesFailed', failed.length)
  figures.count('NoticesGivenUp', dead.length)
  figures.gauge('NoticesWaiting', allShards, failed.length + waiting.length + unread.length)
}
