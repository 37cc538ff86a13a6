import { describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import { type Message, type Receiver, ReceiverError } from '../../../../adapters/receivers/port.ts'
import { noticeKey, openNoticesPrefix } from '../../../../core/keys.ts'
import { plainLinks } from '../../../../core/link.ts'
import { createHandler } from '../../../../functions/notify/handler.ts'
import { deliverNotices, type NotifyDeps } from '../../../../functions/notify/notify.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { makeNotice, openStatuses, putNotice, putState } from './make-notice.ts'
import { createManualClock, createPlainRandom } from './manual-clock.ts'

function setUp({ receivers, ...rest }: Partial<NotifyDeps> = {}) {
  const clock = createManualClock()
  const bucket = createMemoryBucket({ now: clock.now })
  const mails: Message[] = []
  const deps: NotifyDeps = {
    bucket,
    receivers: receivers ?? { default: collector(mails) },
    clock,
    random: createPlainRandom(),
    log: silentLog,
    timeZone: 'UTC',
    ...rest,
  }
  return { clock, bucket, mails, deps }
}

const plain = { ...defaultReceiverLimits, capPerHour: 10_000, retry: retryPolicies.mail, reachesSomebody: true }

function collector(messages: Message[]): Receiver {
  return {
    ...plain,
    destination: 'a list',
    send: async (message) => {
      messages.push(message)
      return { messageId: `<${message.id}>`, where: `list/${messages.length}` }
    },
  }
}

function failing(error: Error): Receiver {
  return { ...plain, destination: 'nowhere', send: async () => Promise.reject(error) }
}

const hanging: Receiver = { ...plain, destination: 'a void', send: () => new Promise(() => {}) }
const firing = makeNotice()
const resolved = makeNotice({ kind: 'resolved', value: 40, reason: 'CPU 40.0 % ≤ 75 %, mean of 10 min' })

describe('one run', () => {
  it('sends what is pending, writes down where it went, and says so', async () => {
    const { bucket, mails, deps, clock } = setUp({ linkTo: plainLinks('https://vitals.example.com') })
    await putNotice(bucket, firing)
    const summary = await deliverNotices(deps)
    expect(summary.sent).toEqual([
      {
        id: firing.id,
        kind: 'firing',
        host: 'web-1',
        receiver: 'default',
        messageId: `<${firing.id}>`,
        where: 'list/1',
        reachesSomebody: true,
      },
    ])
    expect(await openStatuses(bucket)).toEqual({
      [firing.id]: { state: 'sent', atMs: clock.now(), messageId: `<${firing.id}>`, where: 'list/1' },
    })
    expect(mails[0]?.text).toContain('https://vitals.example.com/')
  })

  it('sends nothing a second time', async () => {
    const { bucket, mails, deps } = setUp()
    await putNotice(bucket, firing)
    await deliverNotices(deps)
    const etags = bucket.etags()
    expect(await deliverNotices(deps)).toMatchObject({ sent: [], waiting: [] })
    expect(mails).toHaveLength(1)
    expect(bucket.etags()).toEqual(etags)
  })

  it('sends more than one page of them, the oldest first', async () => {
    const { bucket, mails, deps } = setUp()
    for (let index = 0; index < 1_003; index++) {
      const incident = index.toString(16).padStart(12, '0')
      await putNotice(bucket, makeNotice({ incident, group: incident, atMs: firing.atMs - index }))
    }
    expect((await deliverNotices(deps)).sent).toHaveLength(1_003)
    expect(mails[0]?.id).toContain((1_002).toString(16))
  })

  it('hangs the resolved under its firing', async () => {
    const { bucket, mails, deps } = setUp()
    await putNotice(bucket, firing)
    await deliverNotices(deps)
    await putNotice(bucket, resolved)
    await deliverNotices(deps)
    expect(mails.map(({ id, inReplyTo }) => [id, inReplyTo])).toEqual([
      [firing.id, undefined],
      [resolved.id, `<${firing.id}>`],
    ])
  })

  it('cancels both when all was over before anybody could be told', async () => {
    const { bucket, mails, deps } = setUp()
    await putNotice(bucket, firing)
    await putNotice(bucket, resolved)
    const summary = await deliverNotices(deps)
    expect(mails).toEqual([])
    expect(summary.cancelled.map(({ id, reason }) => [id, reason])).toEqual([
      [firing.id, 'over before its firing was sent'],
      [resolved.id, 'over before its firing was sent'],
    ])
  })

  it('takes the firing of its own round for that of a resolved', async () => {
    const { bucket, mails, deps } = setUp()
    const again = makeNotice({ round: 2, group: 'again' })
    const over = makeNotice({ kind: 'resolved', round: 2, group: 'again' })
    for (const notice of [firing, again]) await putNotice(bucket, notice)
    await deliverNotices(deps)
    for (const notice of [resolved, over]) await putNotice(bucket, notice)
    await deliverNotices(deps)
    expect(mails.slice(2).map(({ id, inReplyTo }) => [id, inReplyTo])).toEqual([
      [over.id, `<${again.id}>`],
      [resolved.id, `<${firing.id}>`],
    ])
  })

  it('sends nothing of what was over before anybody could be told, however often it was to be repeated', async () => {
    const { bucket, mails, deps } = setUp()
    for (const notice of [firing, makeNotice({ kind: 'repeat', repeat: 1 }), resolved]) await putNotice(bucket, notice)
    const summary = await deliverNotices(deps)
    expect([mails, summary.cancelled.map(({ kind }) => kind).toSorted()]).toEqual([
      [],
      ['firing', 'repeat', 'resolved'],
    ])
  })

  it('lets a resolved wait for a firing that state lists and nobody has made yet', async () => {
    const { bucket, mails, deps } = setUp()
    await putState(bucket, { notices: [firing, resolved] })
    await putNotice(bucket, resolved)
    expect((await deliverNotices(deps)).waiting).toMatchObject([
      { id: resolved.id, reason: 'its firing is not made yet' },
    ])
    expect(mails).toEqual([])
  })

  it('finds a firing that is made while it looks for it', async () => {
    const { bucket, mails, deps } = setUp()
    await putNotice(bucket, resolved)
    const late: Bucket = {
      ...bucket,
      get: async (key, options) => {
        if (key.startsWith('state/')) await putNotice(bucket, firing)
        return await bucket.get(key, options)
      },
    }
    expect((await deliverNotices({ ...deps, bucket: late })).cancelled).toMatchObject([
      { id: firing.id },
      { id: resolved.id },
    ])
    expect(mails).toEqual([])
  })

  it('sends a resolved whose firing is in no place any more', async () => {
    const { bucket, mails, deps } = setUp()
    await putState(bucket)
    await putNotice(bucket, resolved)
    await deliverNotices(deps)
    expect(mails.map(({ id }) => id)).toEqual([resolved.id])
  })

  it('sends again what a dead run had claimed, firing before resolved, once the lease is over', async () => {
    const { bucket, mails, deps, clock } = setUp()
    await putNotice(bucket, firing, { state: 'claimed', by: 'dead', untilMs: clock.now() + 1, attempts: 0 })
    await putNotice(bucket, resolved)
    expect((await deliverNotices(deps)).waiting).toHaveLength(2)
    clock.advance(1)
    await deliverNotices(deps)
    expect(mails.map(({ id }) => id)).toEqual([firing.id, resolved.id])
  })
})

describe('a receiver that fails', () => {
  it.each([
    ['refused it', 'none', undefined],
    ['may have taken it', 'unknown', true],
  ] as const)('and %s: goes back to pending with its reason and a wait', async (_, effect, perhapsSent) => {
    const receivers = { default: failing(new ReceiverError('451 later', { effect })) }
    const { bucket, deps, clock } = setUp({ receivers })
    await putNotice(bucket, firing)
    expect((await deliverNotices(deps)).failed).toMatchObject([{ id: firing.id, error: '451 later', attempts: 1 }])
    expect(await openStatuses(bucket)).toEqual({
      [firing.id]: {
        state: 'pending',
        attempts: 1,
        notBeforeMs: clock.now() + 15_000,
        lastError: '451 later',
        ...(perhapsSent && { perhapsSent, by: expect.any(String) }),
      },
    })
  })

  it('is tried again for as long as it takes', async () => {
    const receivers: Record<string, Receiver> = { default: failing(new ReceiverError('451', { effect: 'none' })) }
    const { bucket, deps, clock, mails } = setUp({ receivers })
    await putNotice(bucket, firing)
    for (let hour = 0; hour < 24 * 7; hour++) {
      await deliverNotices(deps)
      clock.advance(3_600_000)
    }
    receivers.default = collector(mails)
    expect((await deliverNotices(deps)).sent).toMatchObject([{ id: firing.id }])
  })

  it('by hanging delays nobody else, and is left at the deadline', async () => {
    const mails: Message[] = []
    const { bucket, deps, clock } = setUp({ receivers: { default: hanging, pager: collector(mails) } })
    await putNotice(bucket, firing)
    await putNotice(bucket, makeNotice({ receiver: 'pager' }))
    const run = deliverNotices(deps)
    await expect.poll(() => [mails.length, clock.sleepers()]).toEqual([1, 1])
    clock.advance(30_000)
    expect((await run).failed).toMatchObject([{ receiver: 'default', error: 'a void: no answer in 30 s' }])
    expect((await openStatuses(bucket))[firing.id]).toMatchObject({ state: 'pending', perhapsSent: true })
  })

  it('three times in a row is left alone for this run', async () => {
    const { bucket, deps } = setUp({ receivers: { default: failing(new ReceiverError('down', { effect: 'none' })) } })
    for (const digit of '12345') await putNotice(bucket, makeNotice({ incident: digit.repeat(12), group: digit }))
    const summary = await deliverNotices(deps)
    expect([summary.failed.length, summary.waiting.length]).toEqual([3, 2])
  })

  it('is ended by the signal of the run, and the notice goes back to pending', async () => {
    const stop = new AbortController()
    const { bucket, deps, clock } = setUp({ receivers: { default: hanging }, signal: stop.signal })
    await putNotice(bucket, firing)
    const run = deliverNotices(deps)
    await expect.poll(clock.sleepers).toBe(1)
    stop.abort()
    expect((await run).failed).toMatchObject([{ error: 'interrupted' }])
    expect((await openStatuses(bucket))[firing.id]).toMatchObject({ state: 'pending' })
  })
})

describe('what nobody can be told now', () => {
  it('stays open when its receiver is not set up, whatever that is called', async () => {
    const { bucket, deps } = setUp()
    await putNotice(bucket, makeNotice({ receiver: 'constructor' }))
    expect((await deliverNotices(deps)).waiting).toMatchObject([{ reason: 'no receiver constructor is set up' }])
  })

  it.each([
    ['no JSON', '{', 'damaged: no JSON'],
    ['another version', JSON.stringify({ v: 2 }), 'version 2, this build knows up to 1: a newer Vitals wrote it'],
    [
      'another notice',
      JSON.stringify({ v: 1, notice: resolved, status: { state: 'pending', attempts: 0, notBeforeMs: 0 } }),
      'damaged: the notice in it is',
    ],
    ['far too large', ' '.repeat(300_000), '300000 bytes'],
  ])('is named when it is %s, and the others go out', async (_, body, reason) => {
    const told: string[] = []
    const log: Log = { ...silentLog, error: (_event, fields) => told.push(String(fields?.reason)) }
    const { bucket, deps, mails } = setUp({ log })
    const damaged = makeNotice({ incident: '0'.repeat(12) })
    await bucket.put(noticeKey(damaged.id), Buffer.from(body))
    await putNotice(bucket, firing)
    const summary = await deliverNotices(deps)
    expect(summary.unread).toMatchObject([{ key: noticeKey(damaged.id), reason: expect.stringContaining(reason) }])
    expect(told).toEqual([expect.stringContaining(reason)])
    expect(mails.map(({ id }) => id)).toEqual([firing.id])
  })
})

describe('a store that fails', () => {
  /** Every conditional put takes effect, and the first answer to each is lost or false. */
  function forgetful(bucket: Bucket, answer: 'lost' | 'unknown'): Bucket {
    const seen = new Set<string>()
    return {
      ...bucket,
      put: async (key, body, condition) => {
        const put = await bucket.put(key, body, condition)
        const name = `${key} ${Buffer.from(body)}`
        if (seen.has(name)) return put
        seen.add(name)
        if (answer === 'lost') return { outcome: 'lost' }
        throw new BucketError('reset', { operation: 'put', key, effect: 'unknown' })
      },
    }
  }

  it('by answering that a write lost which stands: knows its own writes again', async () => {
    const { bucket, deps, mails } = setUp()
    await putNotice(bucket, firing)
    const summary = await deliverNotices({ ...deps, bucket: forgetful(bucket, 'lost') })
    expect(summary).toMatchObject({ sent: [{ id: firing.id }], waiting: [] })
    expect(mails).toHaveLength(1)
    expect((await openStatuses(bucket))[firing.id]).toMatchObject({ state: 'sent' })
  })

  it('by losing answers: tries again, and sends once', async () => {
    const { bucket, deps, mails, clock } = setUp()
    await putNotice(bucket, firing)
    const run = deliverNotices({ ...deps, bucket: forgetful(bucket, 'unknown') })
    await expect.poll(clock.sleepers).toBe(1)
    clock.advance(1_000)
    await expect.poll(() => [mails.length, clock.sleepers()]).toEqual([1, 1])
    clock.advance(1_000)
    expect((await run).sent).toMatchObject([{ id: firing.id }])
    expect(mails).toHaveLength(1)
  })

  it('by refusing to write down that a notice was sent: says that it may come again', async () => {
    const told: string[] = []
    const log: Log = { ...silentLog, warn: (event, fields) => told.push(`${event}: ${fields?.reason}`) }
    const { bucket, deps, clock } = setUp({ log })
    await putNotice(bucket, firing)
    const refusing: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        if (!String(Buffer.from(body)).includes('"sent"')) return await bucket.put(key, body, condition)
        throw new BucketError('disk full', { operation: 'put', key, effect: 'none' })
      },
    }
    const run = deliverNotices({ ...deps, bucket: refusing })
    for (let tries = 1; tries < 3; tries++) {
      await expect.poll(clock.sleepers).toBe(1)
      clock.advance(1_000)
    }
    expect((await run).sent).toMatchObject([{ id: firing.id }])
    expect(told).toEqual(['notice sent, but not written down: it may come again: disk full'])
    expect((await openStatuses(bucket))[firing.id]).toMatchObject({ state: 'claimed' })
  })

  it('by taking too long over a claim: the send would outlast the lease, so it is given back', async () => {
    const { bucket, deps, mails, clock } = setUp()
    await putNotice(bucket, firing)
    const slow: Bucket = {
      ...bucket,
      put: async (...put) => {
        clock.advance(100_000)
        return await bucket.put(...put)
      },
    }
    expect((await deliverNotices({ ...deps, bucket: slow })).waiting).toMatchObject([
      { reason: 'the store took too long to claim it' },
    ])
    expect(mails).toEqual([])
    expect((await openStatuses(bucket))[firing.id]).toEqual({ state: 'pending', attempts: 0, notBeforeMs: 0 })
  })

  it('for one notice: the others go out', async () => {
    const { bucket, deps, mails } = setUp()
    const other = makeNotice({ incident: 'b'.repeat(12) })
    await putNotice(bucket, firing)
    await putNotice(bucket, other)
    const key = noticeKey(firing.id)
    const broken: Bucket = {
      ...bucket,
      get: async (asked, options) => {
        if (asked === key) throw new BucketError('I/O error', { operation: 'get', key, effect: 'none' })
        return await bucket.get(asked, options)
      },
    }
    expect((await deliverNotices({ ...deps, bucket: broken })).unread).toMatchObject([
      { key, reason: 'not readable now: I/O error' },
    ])
    expect(mails.map(({ id }) => id)).toEqual([other.id])
  })
})

describe('the handler', () => {
  it.each([undefined, null, {}, { source: 'aws.events' }])('delivers for the event %j', async (event) => {
    const { bucket, deps } = setUp()
    await putNotice(bucket, firing)
    expect((await createHandler(deps)(event)).sent).toHaveLength(1)
  })

  it('refuses what is no event', async () => {
    const { bucket, deps } = setUp()
    await putNotice(bucket, firing)
    await expect(createHandler(deps)('now')).rejects.toThrow('Expected Object')
    expect((await bucket.list(openNoticesPrefix)).objects).toHaveLength(1)
  })
})
