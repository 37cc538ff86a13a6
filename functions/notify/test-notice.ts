/** `vitals notify test`: a real message through each receiver, to see whether it arrives. It leaves nothing in the bucket. */
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { tellByDeadline } from '../../adapters/receivers/deadline.ts'
import type { Receiver } from '../../adapters/receivers/port.ts'
import type { LinkTo } from '../../core/link.ts'
import { noticeId } from '../../core/notice.ts'
import { composeMessage } from './compose.ts'

export interface TestNoticeOptions {
  receivers: readonly Receiver[]
  /** This machine's name: it stands in the subject. */
  host: string
  clock: Clock
  random: Random
  timeZone: string
  linkTo?: LinkTo
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
  signal = new AbortController().signal,
}: TestNoticeOptions): Promise<TestResult[]> {
  const incident = random.hex(6)
  const atMs = clock.now()
  return await Promise.all(
    receivers.map(async (receiver): Promise<TestResult> => {
      const { name, destination, reachesSomebody } = receiver
      const message = composeMessage({
        notices: [
          {
            id: noticeId(incident, name, 'test'),
            kind: 'test',
            shard: 'all',
            receiver: name,
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
          },
        ],
        linkTo,
        timeZone,
      })
      const result = { receiver: name, destination, reachesSomebody }
      try {
        const { messageId, where } = await tellByDeadline(receiver, message, { clock, signal })
        return { ...result, outcome: 'sent', messageId, where }
      } catch (error) {
        return { ...result, outcome: 'failed', error: (error as Error).message }
      }
    }),
  )
}
