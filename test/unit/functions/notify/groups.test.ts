import { beforeEach, describe, expect, it } from 'vitest'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import { type Message, type Receiver, ReceiverError } from '../../../../adapters/receivers/port.ts'
import { noticeKey } from '../../../../core/keys.ts'
import type { Notice } from '../../../../core/notice.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { makeNotice, openStatuses, putNotice } from './make-notice.ts'
import { createManualClock, createPlainRandom, type ManualClock } from './manual-clock.ts'

const minuteMs = 60_000
const incident = (index: number) => String(index).padStart(12, '0')
const notice = (index: number, more: Partial<Notice> = {}) => makeNotice({ incident: incident(index), ...more })

let clock: ManualClock
let bucket: MemoryBucket
let messages: Message[]
let failure: ReceiverError | undefined
beforeEach(() => {
  clock = createManualClock()
  bucket = createMemoryBucket({ now: clock.now })
  messages = []
  failure = undefined
})

const receiver: Receiver = {
  ...defaultReceiverLimits,
  capPerHour: 3,
  retry: { ...retryPolicies.mail, attempts: 3 },
  reachesSomebody: true,
  destination: 'a list',
  send: async (message) => {
    if (failure) throw failure
    messages.push(message)
    return { messageId: `<${message.id}>`, where: 'list' }
  },
}

async function deliver(notices: readonly Notice[] = [], log: Log = silentLog, store: Bucket = bucket) {
  for (const one of notices) await putNotice(bucket, one)
  const receivers = { default: receiver }
  return await deliverNotices({ bucket: store, receivers, clock, random: createPlainRandom(), log, timeZone: 'UTC' })
}

const told = () => messages.map(({ notices }) => notices.map(({ kind, incident: id }) => `${kind} ${Number(id)}`))

describe('a group', () => {
  it('is one message, and each of its notices says which', async () => {
    const { sent } = await deliver([notice(1), notice(2)])
    expect(told()).toEqual([['firing 1', 'firing 2']])
    expect(sent.map(({ messageId }) => messageId)).toEqual([`<${messages[0]?.id}>`, `<${messages[0]?.id}>`])
    expect(Object.values(await openStatuses(bucket))).toMatchObject([
      { state: 'sent', message: messages[0]?.id },
      { state: 'sent', message: messages[0]?.id },
    ])
  })

  it('hangs an end under the message that told the beginning', async () => {
    await deliver([notice(1), notice(2)])
    await deliver([notice(2, { kind: 'resolved' }), notice(3)])
    expect(told()[1]).toEqual(['firing 3', 'resolved 2'])
    expect(messages[1]?.inReplyTo).toBe(`<${messages[0]?.id}>`)
  })

  it('tells an escalated with its firing, after it, where neither was told', async () => {
    await deliver([notice(1, { kind: 'escalated', severity: 'critical' }), notice(1)])
    expect(told()).toEqual([['firing 1', 'escalated 1']])
  })

  it('goes on gathering when another run took the one that had waited', async () => {
    const first = notice(1)
    await putNotice(bucket, first)
    await putNotice(bucket, notice(2, { notBeforeMs: clock.now() + minuteMs }))
    const contested: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        if (key === noticeKey(first.id)) {
          await putNotice(bucket, first, {
            state: 'claimed',
            by: 'other',
            untilMs: clock.now() + minuteMs,
            attempts: 0,
          })
        }
        return await bucket.put(key, body, condition)
      },
    }
    expect((await deliver([], silentLog, contested)).waiting.map(({ reason }) => reason)).toContain(
      'its group (cpu) gathers',
    )
    expect(told()).toEqual([])
    expect((await openStatuses(bucket))[notice(2).id]).toMatchObject({ state: 'pending', attempts: 0 })
  })

  it('lets an escalated of another group wait for its firing', async () => {
    const firing = notice(1, { group: 'severity=warning', notBeforeMs: clock.now() + minuteMs })
    const escalated = notice(1, { kind: 'escalated', severity: 'critical', group: 'severity=critical' })
    expect((await deliver([firing, escalated])).waiting.map(({ reason }) => reason).toSorted()).toEqual([
      'its firing must be first',
      'its group (severity=warning) gathers',
    ])
    clock.advance(minuteMs)
    await deliver()
    await deliver()
    expect(told()).toEqual([['firing 1'], ['escalated 1']])
  })

  it('leaves out what is over before it was told, and tells the rest', async () => {
    const { cancelled } = await deliver([notice(1), notice(2), notice(1, { kind: 'resolved' })])
    expect(told()).toEqual([['firing 2']])
    expect(cancelled.map(({ kind }) => kind)).toEqual(['firing', 'resolved'])
  })

  it('tells of a repeat and an end only the end, and of several repeats the last', async () => {
    await deliver([notice(1), notice(2)])
    const repeats = [1, 2].flatMap((index) => [1, 2].map((repeat) => notice(index, { kind: 'repeat', repeat })))
    await deliver([...repeats, notice(1, { kind: 'resolved' })])
    expect(told()[1]).toEqual(['repeat 2', 'resolved 1'])
    expect(messages[1]?.notices[0]?.repeat).toBe(2)
  })

  it('goes again as the message that it was, whatever came meanwhile', async () => {
    failure = new ReceiverError('hung up')
    await deliver([notice(1), notice(2)])
    failure = undefined
    clock.advance(60 * minuteMs)
    await deliver([notice(3)])
    expect(told()).toEqual([['firing 1', 'firing 2'], ['firing 3']])
  })
})

describe('a repeat', () => {
  it('is cancelled when it may have been sent', async () => {
    await deliver([notice(1)])
    failure = new ReceiverError('hung up')
    const repeat = notice(1, { kind: 'repeat', repeat: 1 })
    expect((await deliver([repeat])).cancelled).toMatchObject([{ id: repeat.id }])
    failure = undefined
    clock.advance(60 * minuteMs)
    await deliver()
    expect(told()).toEqual([['firing 1']])
  })

  it('is tried again when it was refused', async () => {
    await deliver([notice(1)])
    failure = new ReceiverError('451', { effect: 'none' })
    await deliver([notice(1, { kind: 'repeat', repeat: 1 })])
    failure = undefined
    clock.advance(60 * minuteMs)
    await deliver()
    expect(told()).toEqual([['firing 1'], ['repeat 1']])
  })

  it('whose run died while it was sent is cancelled', async () => {
    await deliver([notice(1)])
    const repeat = notice(1, { kind: 'repeat', repeat: 1 })
    await putNotice(bucket, repeat, { state: 'claimed', by: 'dead', untilMs: clock.now() - 1, attempts: 0 })
    expect((await deliver()).cancelled).toMatchObject([{ id: repeat.id }])
  })
})

describe('what exceeds the messages an hour', () => {
  it('goes as one digest, which names every incident and marks each notice, and is told', async () => {
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (event) => warnings.push(event) }
    const all = Array.from({ length: 120 }, (_, index) => notice(index, { group: `group ${index}` }))
    const { sent, digests } = await deliver(all, log)
    expect(messages.map(({ kind }) => kind)).toEqual(['single', 'single', 'single', 'digest'])
    expect(sent).toHaveLength(120)
    const digest = messages.at(-1)
    expect(digests).toEqual([{ receiver: 'default', id: digest?.id, notices: 117, capPerHour: 3 }])
    expect(warnings).toEqual(['more messages than the receiver takes in an hour: the rest went as a digest'])
    const named = digest?.notices.filter(({ incident: id }) => digest.text.includes(id)) ?? []
    expect(named).toHaveLength(117)
    const statuses = Object.values(await openStatuses(bucket))
    expect(statuses.filter((status) => status.state === 'sent' && status.digest)).toHaveLength(117)
  })
})

describe('a receiver that will never take it', () => {
  it.each([
    ['refuses it for good', new ReceiverError('404', { effect: 'none', retry: 'never' }), 1],
    ['was tried as often as its policy says', new ReceiverError('500'), 3],
  ])('since it %s: makes it dead, and says so', async (_, error, tries) => {
    const errors: string[] = []
    const log: Log = { ...silentLog, error: (event) => errors.push(event) }
    failure = error
    await putNotice(bucket, notice(1))
    for (let run = 1; run < tries; run++) {
      expect((await deliver()).failed).toHaveLength(1)
      clock.advance(60 * minuteMs)
    }
    expect((await deliver([], log)).dead).toMatchObject([{ host: 'web-1', error: error.message, attempts: tries }])
    expect(errors).toEqual(['notice given up: nobody was told'])
    clock.advance(60 * minuteMs)
    expect(await deliver()).toMatchObject({ failed: [], dead: [], sent: [] })
    expect(Object.values(await openStatuses(bucket))).toMatchObject([{ state: 'dead', lastError: error.message }])
  })

  it('and is put right meanwhile is told what is wrong by the next notice, and then that it is over', async () => {
    failure = new ReceiverError('404', { effect: 'none', retry: 'never' })
    await deliver([notice(1)])
    failure = undefined
    await deliver([notice(1, { kind: 'repeat', repeat: 1 })])
    await deliver([notice(1, { kind: 'resolved' })])
    expect(told()).toEqual([['repeat 1'], ['resolved 1']])
  })

  it('and was told nothing of an incident is not told its end', async () => {
    failure = new ReceiverError('404', { effect: 'none', retry: 'never' })
    await deliver([notice(1)])
    failure = undefined
    expect((await deliver([notice(1, { kind: 'resolved' })])).cancelled).toHaveLength(1)
    expect(told()).toEqual([])
  })

  it('is not asked again before it said that it would listen', async () => {
    failure = new ReceiverError('429', { effect: 'none', retryAfterMs: 40 * minuteMs })
    await deliver([notice(1)])
    failure = undefined
    clock.advance(39 * minuteMs)
    expect((await deliver()).waiting).toHaveLength(1)
    clock.advance(minuteMs)
    expect((await deliver()).sent).toHaveLength(1)
  })
})
