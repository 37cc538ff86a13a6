/**
 * Deliverers at the same time, with faults and deaths at every call, leases that run out, evaluate making notices in
 * between, and days going by.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { MailError, type MailSender } from '../../../../adapters/mail/port.ts'
import { noticeKey } from '../../../../core/keys.ts'
import { type Notice, type NoticeKind, noticeId } from '../../../../core/notice.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { startMs } from '../../../make.ts'
import { type FaultRates, faultyBucket, noFaults } from '../../../simulation/faults.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { Scheduler } from '../../../simulation/scheduler.ts'
import { allStatuses, makeNotice, pending, putState } from './make-notice.ts'

const runs = 300
const timeoutMs = 60_000
const minuteMs = 60_000
const receivers = ['default', 'pager']
const incidents = ['1', '2', '3'].map((digit) => digit.repeat(12))

interface Round {
  /** Before the round begins. */
  minutes: number
  deliverers: number
  /** Which incidents begin and end in it. */
  begin: number[]
  end: number[]
  /** Does evaluate get as far as making the objects of what it committed? */
  makes: boolean
}

const rounds = fc.array(
  fc.record({
    minutes: fc.constantFrom(0, 1, 3, 45, 26 * 60),
    deliverers: fc.integer({ min: 1, max: 3 }),
    begin: fc.subarray([0, 1, 2]),
    end: fc.subarray([0, 1, 2]),
    makes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

describe('delivery, with faults at every call', () => {
  it(
    'tells each firing and resolved at least once and in order, or neither',
    async () => {
      await check(async (seed, story) => {
        const world = await live(seed, story, { windowIsSafe: false })
        const statuses = await allStatuses(world.bucket)
        for (const [incident, receiver] of world.told('firing')) {
          const id = noticeId(incident, receiver, 'firing')
          expectTold(world, id, statuses.get(id)?.state)
        }
        for (const [incident, receiver] of world.told('resolved')) {
          const [firing, resolved] = [noticeId(incident, receiver, 'firing'), noticeId(incident, receiver, 'resolved')]
          expectTold(world, resolved, statuses.get(resolved)?.state)
          expect(statuses.get(resolved)?.state).toBe(statuses.get(firing)?.state)
          expect(world.received.indexOf(firing)).toBeLessThanOrEqual(world.received.indexOf(resolved))
        }
      })
    },
    timeoutMs,
  )

  it(
    'tells each exactly once when nobody dies between sending and writing it down',
    async () => {
      await check(async (seed, story) => {
        const { received } = await live(seed, story, { windowIsSafe: true })
        expect(received.toSorted()).toEqual([...new Set(received)].sort())
      })
    },
    timeoutMs,
  )
})

async function check(property: (seed: number, story: Round[]) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(fc.integer(), rounds, property), { numRuns: runs })
}

/** Sent and had, or cancelled and never had. */
function expectTold({ received }: World, id: string, state: string | undefined): void {
  expect([id, state, received.includes(id)]).toEqual([
    id,
    state === 'cancelled' ? 'cancelled' : 'sent',
    state === 'sent',
  ])
}

interface World {
  bucket: MemoryBucket
  /** Ids, in the order in which receivers had them. */
  received: string[]
  told(kind: NoticeKind): [incident: string, receiver: string][]
}

async function live(seed: number, story: Round[], { windowIsSafe }: { windowIsSafe: boolean }): Promise<World> {
  const scheduler = new Scheduler({ seed, startMs })
  const bucket = createMemoryBucket({ now: () => scheduler.now() })
  const received: string[] = []
  const committed: Notice[] = []
  let unmade: Notice[] = []

  const evaluate = async ({ begin, end, makes }: Round) => {
    await makeObjects(bucket, unmade)
    const before = committed.length
    committed.push(...noticesOf(begin, 'firing', committed))
    committed.push(...noticesOf(end, 'resolved', committed))
    unmade = committed.slice(before)
    await putState(bucket, { notices: unmade })
    // They are made in parallel: of a run that fails in the middle a resolved may be there before its firing.
    await makeObjects(bucket, makes ? unmade : unmade.filter(({ kind }) => kind === 'resolved'))
  }
  const deliver = async (name: string, rates: FaultRates) => {
    const window = new Set<string>()
    const own = windowIsSafe ? withSafeWindow(rates, window) : rates
    const seen = faultyBucket(bucket, { actor: name, scheduler, rates: own })
    const sender = (receiver: string): MailSender => ({
      reachesSomebody: true,
      destination: receiver,
      send: async ({ id }) => {
        await scheduler.turn()
        if (scheduler.fraction() < rates.refused) throw new MailError('451 later', { effect: 'none' })
        received.push(id)
        window.add(noticeKey(id))
        if (!windowIsSafe && scheduler.fraction() < rates.lostAnswer) throw new MailError('reset after DATA')
        return { messageId: `<${id}>`, where: receiver }
      },
    })
    await deliverNotices({
      bucket: {
        ...seen,
        put: async (key, body, condition) => {
          try {
            return await seen.put(key, body, condition)
          } finally {
            const stored = await bucket.get(key)
            if (!String(Buffer.from(stored?.body ?? [])).includes('"claimed"')) window.delete(key)
          }
        },
      },
      receivers: Object.fromEntries(receivers.map((receiver) => [receiver, sender(receiver)])),
      clock: scheduler,
      random: scheduler,
      log: silentLog,
      timeZone: 'UTC',
    })
  }
  const run = async (count: number, rates: FaultRates) => {
    const names = Array.from({ length: count }, (_, index) => `notify-${index}`)
    return await scheduler.run(Object.fromEntries(names.map((name) => [name, () => deliver(name, rates)])))
  }

  for (const round of story) {
    scheduler.advance(round.minutes * minuteMs)
    await evaluate(round)
    await run(round.deliverers, foul)
  }
  for (let calm = 0; calm < 6; calm++) {
    scheduler.advance(2 * 60 * minuteMs)
    await evaluate({ minutes: 0, deliverers: 1, begin: [], end: [], makes: true })
    for (const error of (await run(1, noFaults)).values()) throw error
  }
  const told = (kind: NoticeKind) =>
    committed.filter((one) => one.kind === kind).map((one): [string, string] => [one.incident, one.receiver])
  return { bucket, received, told }
}

const foul: FaultRates = {
  ...noFaults,
  crashBefore: 0.03,
  crashAfter: 0.03,
  lostAnswer: 0.08,
  refused: 0.08,
  falseLost: 0.08,
}

/** From the receiver's having it to its being written down nobody dies, and the store is there; answers get lost. */
function withSafeWindow(rates: FaultRates, window: ReadonlySet<string>): FaultRates {
  const outside = (rate: number) => (window.size > 0 ? 0 : rate)
  return {
    ...noFaults,
    get crashBefore() {
      return outside(rates.crashBefore)
    },
    get crashAfter() {
      return outside(rates.crashAfter)
    },
    get refused() {
      return outside(rates.refused)
    },
    lostAnswer: rates.lostAnswer,
    falseLost: rates.falseLost,
  }
}

function noticesOf(indexes: readonly number[], kind: 'firing' | 'resolved', committed: readonly Notice[]): Notice[] {
  const known = new Set(committed.map(({ id }) => id))
  return indexes.flatMap((index) => {
    const incident = incidents[index] ?? ''
    return receivers
      .map((receiver) => makeNotice({ incident, receiver, kind }))
      .filter(({ id }) => !known.has(id))
      .filter(({ receiver }) => kind === 'firing' || known.has(noticeId(incident, receiver, 'firing')))
  })
}

async function makeObjects(bucket: MemoryBucket, notices: readonly Notice[]): Promise<void> {
  for (const notice of notices) {
    const object = { v: 1, notice, status: pending }
    await bucket.put(noticeKey(notice.id), Buffer.from(JSON.stringify(object)), { ifAbsent: true })
  }
}
