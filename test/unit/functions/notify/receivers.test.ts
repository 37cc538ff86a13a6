/** Receivers as the network has them, beside one that is well: real servers, the real clock. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock, systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { createSmtpSender } from '../../../../adapters/mail/smtp.ts'
import { createMailReceiver } from '../../../../adapters/receivers/mail.ts'
import type { Receiver } from '../../../../adapters/receivers/port.ts'
import { createWebhookReceiver } from '../../../../adapters/receivers/webhook.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { type Answer, accepts, answers, drops, hangs, startHttpServer } from '../../../contract/http-server.ts'
import { addresses } from '../../../contract/mail-contract.ts'
import { startSmtpServer } from '../../../contract/smtp-server.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { makeNotice, openStatuses, putNotice } from './make-notice.ts'

const limits = { deadlineMs: 3_000, capPerHour: 60 }
const behaviours: Record<string, Answer> = {
  hanging: hangs,
  dropping: drops,
  failing: answers(500),
  refusing: answers(410),
}

const closers: (() => Promise<unknown>)[] = []
let bucket: MemoryBucket
beforeEach(() => {
  bucket = createMemoryBucket({ now: systemClock.now })
})
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function webhook(name: string, answer: Answer) {
  const server = await startHttpServer(answer)
  closers.push(server.close)
  const receiver = createWebhookReceiver({ ...limits, name, url: server.url, format: 'vitals', clock: systemClock })
  return { receiver, posts: server.posts }
}

const deliver = (receivers: Record<string, Receiver>) =>
  deliverNotices({ bucket, receivers, clock: systemClock, random: systemRandom, log: silentLog, timeZone: 'UTC' })

describe('receivers that hang, hang up, fail or refuse', () => {
  it('delay no other: those that are well are told before the first of them has given up', async () => {
    const mail = await startSmtpServer()
    closers.push(mail.close)
    const sender = createSmtpSender({ url: `smtp://127.0.0.1:${mail.port}`, ...addresses })
    const well = await webhook('well', accepts)
    const receivers: Record<string, Receiver> = {
      well: well.receiver,
      default: createMailReceiver({ ...limits, name: 'default', sender }),
    }
    for (const [name, answer] of Object.entries(behaviours)) receivers[name] = (await webhook(name, answer)).receiver
    for (const receiver of Object.keys(receivers)) {
      for (const digit of '123')
        await putNotice(bucket, makeNotice({ receiver, incident: digit.repeat(12), group: digit }))
    }
    const beganMs = performance.now()
    const run = deliver(receivers)
    await expect.poll(() => [well.posts.length, mail.messages.length], { timeout: 10_000 }).toEqual([3, 3])
    expect(performance.now() - beganMs).toBeLessThan(limits.deadlineMs)
    const { sent, failed, dead } = await run
    expect(sent.map(({ receiver }) => receiver).toSorted()).toEqual([
      ...Array(3).fill('default'),
      ...Array(3).fill('well'),
    ])
    expect(new Set(failed.map(({ receiver }) => receiver))).toEqual(new Set(['hanging', 'dropping', 'failing']))
    expect(new Set(dead.map(({ receiver }) => receiver))).toEqual(new Set(['refusing']))
  }, 60_000)

  it('that took a message before they hung up may get it again, by the same key', async () => {
    const { receiver, posts } = await webhook('dropping', drops)
    const notice = makeNotice({ receiver: 'dropping' })
    await putNotice(bucket, notice)
    await deliver({ dropping: receiver })
    expect((await openStatuses(bucket))[notice.id]).toMatchObject({ state: 'pending', perhapsSent: true })
    await putNotice(bucket, notice, { state: 'pending', attempts: 1, notBeforeMs: 0, perhapsSent: true, by: 'x' })
    await deliver({ dropping: receiver })
    expect(posts.map(({ headers }) => headers['idempotency-key'])).toEqual([notice.id, notice.id])
  })
})
