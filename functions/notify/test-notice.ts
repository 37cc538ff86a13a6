/** `vitals notify test`: a real mail through each receiver, to see whether it arrives. It leaves nothing in the bucket. */
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { sendByDeadline } from '../../adapters/mail/deadline.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { type Notice, noticeId } from '../../core/notice.ts'
import { linksFor } from './links.ts'
import { renderMessage } from './mail/message.ts'
import { defaultNotifyPolicy } from './policy.ts'

export interface TestNoticeOptions {
  receivers: Readonly<Record<string, MailSender>>
  /** This machine's name: it stands in the subject. */
  host: string
  clock: Clock
  random: Random
  timeZone: string
  linkTo?: LinkTo
  sendDeadlineMs?: number
  signal?: AbortSignal
}

export type TestResult = { receiver: string; destination: string; reachesSomebody: boolean } & (
  | { outcome: 'sent'; messageId: string; where: string }
  | { outcome: 'failed'; error: string }
)

/** One result a receiver, in their order; a failure is a value. */
export async function sendTestNotice({
  receivers,
  host,
  clock,
  random,
  timeZone,
  linkTo,
  sendDeadlineMs = defaultNotifyPolicy.sendDeadlineMs,
  signal = new AbortController().signal,
}: TestNoticeOptions): Promise<TestResult[]> {
  const incident = random.hex(6)
  const atMs = clock.now()
  return await Promise.all(
    Object.entries(receivers).map(async ([receiver, sender]): Promise<TestResult> => {
      const { destination, reachesSomebody } = sender
      const notice: Notice = {
        id: noticeId(incident, receiver, 'test'),
        kind: 'test',
        shard: 'all',
        receiver,
        incident,
        host,
        rule: 'test',
        entity: '',
        severity: 'warning',
        startedAtMs: atMs,
        atMs,
        reason: `asked for on ${host}`,
        group: 'test',
        groupIntervalMs: 0,
      }
      const mail = { id: notice.id, ...renderMessage([notice], { links: linksFor([notice], linkTo), timeZone }) }
      const result = { receiver, destination, reachesSomebody }
      try {
        const { messageId, where } = await sendByDeadline(sender, mail, { clock, sendDeadlineMs, signal })
        return { ...result, outcome: 'sent', messageId, where }
      } catch (error) {
        return { ...result, outcome: 'failed', error: (error as Error).message }
      }
    }),
  )
}
