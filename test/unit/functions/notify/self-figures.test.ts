import { expect, test } from 'vitest'
import { collectFigures } from '../../../../adapters/figures/collect.ts'
import { tellNotices } from '../../../../functions/notify/self-figures.ts'
import type { DeliverySummary } from '../../../../functions/notify/summary.ts'

const name = { id: 'n', kind: 'firing', host: 'web-1', receiver: 'default' } as const

test('what is not told yet waits, whether it failed, could not be read or is not due', () => {
  const figures = collectFigures('notify')
  const summary: DeliverySummary = {
    sent: [
      { ...name, messageId: 'm', where: 'w', reachesSomebody: true },
      { ...name, messageId: 'm', where: 'w', reachesSomebody: true },
    ],
    cancelled: [{ ...name, reason: 'over' }],
    failed: [{ ...name, error: 'refused', attempts: 1, notBeforeMs: 0 }],
    dead: [{ ...name, error: 'refused', attempts: 9 }],
    digests: [],
    waiting: [{ ...name, reason: 'its group gathers' }],
    unread: [{ key: 'k', reason: 'away', perhapsLater: true }],
    archived: [],
  }
  tellNotices(figures, summary)
  expect(figures.take()).toEqual({ NoticesTold: 2, NoticesFailed: 1, NoticesGivenUp: 1, NoticesWaiting: 3 })
})
