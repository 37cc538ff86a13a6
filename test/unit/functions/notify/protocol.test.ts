/**
 * Deliverers at the same time, with faults and deaths at every call, leases that run out, receivers that refuse, hang, or take
 * a message and hang up, evaluate making notices in between, and days going by. One receiver has a message a notice, one a
 * message for all there is, one gathers and waits between two messages.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import { type Receiver, ReceiverError } from '../../../../adapters/receivers/port.ts'
import { noticeKey } from '../../../../core/keys.ts'
import { type Notice, type NoticeKind, noticeId } from '../../../../core/notice.ts'
import { deliverNotices } from '../../../../functions/notify/notify.ts'
import { startMs } from '../../../make.ts'
import { type Actor, type FaultRates, faultyBucket, noFaults } from '../../../simulation/faults.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { Scheduler } from '../../../simulation/scheduler.ts'
import { allStatuses, makeNotice, pending, putState } from './make-notice.ts'

const runs = 300
const timeoutMs = 120_000
const minuteMs = 60_000
const incidents = ['1', '2', '3'].map((digit) => digit.repeat(12))

/** How each receiver's notices go together. */
const groupings: Record<string, (incident: string, atMs: number) => Partial<Notice>> = {
  default: (incident) => ({ group: incident }),
  pager: () => ({ group: 'all' }),
  topic: (_, atMs) => ({ group: 'all', groupIntervalMs: 5 * minuteMs, notBeforeMs: atMs + minuteMs }),
}
const receivers = Object.keys(groupings)

interface Round {
  /** Before the round begins. */
  minutes: number
  deliverers: number
  /** Which incidents begin, get worse, are told again, and end in it. */
  begin: number[]
  worsen: number[]
  goOn: number[]
  end: number[]
  /** Does evaluate get as far as making the objects of what it committed? */
  makes: boolean
}

const some = fc.subarray([0, 1, 2])
const rounds = fc.array(
  fc.record({
    minutes: fc.constantFrom(0, 1, 3, 45, 26 * 60),
    deliverers: fc.integer({ min: 1, max: 3 }),
    begin: some,
    worsen: some,
    goOn: some,
    end: some,
    makes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

describe('delivery, with faults at every call', () => {
  it(
    'tells each firing, escalated and resolved at least once and in order, or none of them; repeats at most once',
    async () => {
      await check(async (seed, story) => {
        const world = await live(seed, story, { windowIsSafe: false })
        const statuses = await allStatuses(world.bucket)
        const stateOf = (id: string) => statuses.get(id)?.state
        const first = (id: string) => world.received.indexOf(id)
        for (const { id, kind, incident, receiver } of world.committed) {
          const firing = noticeId(incident, receiver, 'firing')
          const escalated = noticeId(incident, receiver, 'escalated')
          if (kind === 'repeat') {
            expect(world.received.filter((one) => one === id).length).toBeLessThanOrEqual(1)
            expect(['sent', 'cancelled']).toContain(stateOf(id))
          } else expectTold(world, id, stateOf(id))
          if (kind === 'resolved') expect(stateOf(id)).toBe(stateOf(firing))
          if (first(id) >= 0) expect(first(firing)).toBeLessThanOrEqual(first(id))
          if (first(id) >= 0) expect(first(firing)).toBeGreaterThanOrEqual(0)
          if (kind === 'resolved' && first(escalated) >= 0) expect(first(escalated)).toBeLessThan(first(id))
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
  /** Ids of notices, in the order in which receivers had them. */
  received: string[]
  committed: Notice[]
}

async function live(seed: number, story: Round[], { windowIsSafe }: { windowIsSafe: boolean }): Promise<World> {
  const scheduler = new Scheduler({ seed, startMs })
  const bucket = createMemoryBucket({ now: () => scheduler.now() })
  const received: string[] = []
  const committed: Notice[] = []
  let unmade: Notice[] = []

  const evaluate = async ({ begin, worsen, goOn, end, makes }: Round) => {
    await makeObjects(bucket, unmade)
    const before = committed.length
    const decide = (indexes: readonly number[], kind: NoticeKind) => {
      committed.push(...noticesOf(indexes, kind, { committed, nowMs: scheduler.now() }))
    }
    decide(begin, 'firing')
    decide(worsen, 'escalated')
    decide(goOn, 'repeat')
    decide(end, 'resolved')
    unmade = committed.slice(before)
    await putState(bucket, { notices: unmade })
    // They are made in parallel: of a run that fails in the middle what comes after a firing may be there before it.
    await makeObjects(bucket, makes ? unmade : unmade.filter(({ kind }) => kind !== 'firing'))
  }
  const deliver = async (name: string, rates: FaultRates) => {
    const window = new Set<string>()
    const own = windowIsSafe ? withSafeWindow(rates, window) : rates
    const actor: Actor = { name, rates: own }
    const seen = faultyBucket(bucket, { actor, scheduler })
    const hangRate = rates === noFaults ? 0 : 0.06
    const hanging = () => new Promise<never>(() => {})
    const receiver = (receiverName: string): Receiver => ({
      ...defaultReceiverLimits,
      name: receiverName,
      // A cap is the plan's; here every message counts.
      capPerHour: 1_000,
      reachesSomebody: true,
      destination: receiverName,
      retry: retryPolicies.mail,
      send: async ({ id, notices }) => {
        await scheduler.turn()
        if (actor.isDead) return await hanging()
        if (scheduler.fraction() < rates.refused) throw new ReceiverError('451 later', { effect: 'none' })
        if (scheduler.fraction() < hangRate) return await hanging()
        received.push(...notices.map((notice) => notice.id))
        for (const notice of notices) window.add(noticeKey(notice.id))
        if (!windowIsSafe && scheduler.fraction() < rates.lostAnswer) throw new ReceiverError('hung up')
        if (!windowIsSafe && scheduler.fraction() < hangRate) return await hanging()
        return { messageId: `<${id}>`, where: receiverName }
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
      receivers: Object.fromEntries(receivers.map((name) => [name, receiver(name)])),
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
  const nothing = { minutes: 0, deliverers: 1, begin: [], worsen: [], goOn: [], end: [], makes: true }
  for (let calm = 0; calm < 8; calm++) {
    scheduler.advance(2 * 60 * minuteMs)
    await evaluate(nothing)
    for (const error of (await run(1, noFaults)).values()) throw error
  }
  return { bucket, received, committed }
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

/** Of what goes on: only what began, and is not over. */
function noticesOf(
  indexes: readonly number[],
  kind: NoticeKind,
  { committed, nowMs }: { committed: readonly Notice[]; nowMs: number },
): Notice[] {
  const known = new Set(committed.map(({ id }) => id))
  return indexes.flatMap((index) => {
    const incident = incidents[index] ?? ''
    return receivers.flatMap((receiver) => {
      const isOpen =
        known.has(noticeId(incident, receiver, 'firing')) && !known.has(noticeId(incident, receiver, 'resolved'))
      const repeats = committed.filter((one) => one.incident === incident && one.receiver === receiver)
      const repeat = repeats.filter((one) => one.kind === 'repeat').length + 1
      const notice = makeNotice({
        incident,
        receiver,
        kind,
        ...(kind === 'repeat' ? { repeat } : {}),
        ...groupings[receiver]?.(incident, nowMs),
      })
      return !known.has(notice.id) && isOpen === (kind !== 'firing') ? [notice] : []
    })
  })
}

async function makeObjects(bucket: MemoryBucket, notices: readonly Notice[]): Promise<void> {
  for (const notice of notices) {
    const object = { v: 1, notice, status: pending }
    await bucket.put(noticeKey(notice.id), Buffer.from(JSON.stringify(object)), { ifAbsent: true })
  }
}
