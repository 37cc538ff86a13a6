import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWatchEvents, type Member, type ProcessEvent } from '../../../../../agent/collect/watch/events.ts'
import type { Watch } from '../../../../../core/watch.ts'

const watch: Watch = { expression: 'name:a*', kind: 'name', glob: 'a*' }
const pidFile: Watch = { expression: 'pidfile:/run/a.pid', kind: 'pidfile', path: '/run/a.pid' }
const none: ReadonlySet<number> = new Set()

/** `[pid, startTicks, name]` */
type Row = [number, number, string?]

function setOf(rows: Row[]): Map<number, Member> {
  return new Map(
    rows.map(([pid, startTicks, name = 'a']) => [pid, { pid, startTicks, name, startedAtMs: startTicks * 10 }]),
  )
}

function eventsBetween(before: Row[], after: Row[], by = watch): ProcessEvent[] {
  const events = createWatchEvents({ maxEvents: 256 })
  events.observe({ watch: by, members: setOf(before), unread: none, atMs: 1 })
  events.observe({ watch: by, members: setOf(after), unread: none, atMs: 2 })
  return events.take().events
}

test.each<[string, Row[], Row[], object[]]>([
  ['nothing changed', [[1, 5]], [[1, 5]], []],
  [
    'one more',
    [[1, 5]],
    [
      [1, 5],
      [2, 9],
    ],
    [{ kind: 'process-started', pid: 2, startedAtMs: 90 }],
  ],
  [
    'one less',
    [
      [1, 5],
      [2, 9],
    ],
    [[1, 5]],
    [{ kind: 'process-ended', pid: 2, startedAtMs: 90 }],
  ],
  [
    'another in its place',
    [[1, 5]],
    [[2, 9]],
    [{ kind: 'process-restarted', pid: 2, before: { pid: 1, startedAtMs: 50 } }],
  ],
  [
    'the number given away',
    [[1, 5]],
    [[1, 9]],
    [{ kind: 'process-restarted', pid: 1, before: { pid: 1, startedAtMs: 50 } }],
  ],
  [
    'another name in its place',
    [[1, 5, 'ab']],
    [[2, 9, 'ac']],
    [
      { kind: 'process-ended', name: 'ab' },
      { kind: 'process-started', name: 'ac' },
    ],
  ],
  ['another name, the same process', [[1, 5, 'ab']], [[1, 5, 'ac']], []],
  [
    'two went, one came',
    [
      [1, 5],
      [2, 6],
    ],
    [[3, 9]],
    [
      { kind: 'process-restarted', pid: 3, before: { pid: 1 } },
      { kind: 'process-ended', pid: 2 },
    ],
  ],
  [
    'one went, two came',
    [[1, 5]],
    [
      [3, 9],
      [2, 8],
    ],
    [
      { kind: 'process-restarted', pid: 2 },
      { kind: 'process-started', pid: 3 },
    ],
  ],
  [
    'all gone',
    [
      [1, 5],
      [2, 6],
    ],
    [],
    [
      { kind: 'process-ended', pid: 1 },
      { kind: 'process-ended', pid: 2 },
    ],
  ],
])('%s', (_, before, after, expected) => {
  const told = eventsBetween(before, after)
  expect(told).toHaveLength(expected.length)
  expect(told).toMatchObject(expected.map((event) => ({ atMs: 2, watch: 'name:a*', ...event })))
})

test('what a pid file names has started anew, whatever it is called', () => {
  expect(eventsBetween([[1, 5, 'postgres']], [[2, 9, 'postmaster']], pidFile)).toMatchObject([
    { kind: 'process-restarted', name: 'postmaster', before: { pid: 1 } },
  ])
})

test('the first set tells nothing, also when it comes late', () => {
  const events = createWatchEvents({ maxEvents: 256 })
  events.observe({ watch, members: setOf([[1, 5]]), unread: none, atMs: 1 })
  events.observe({ watch: pidFile, members: setOf([[1, 5]]), unread: none, atMs: 2 })
  expect(events.take()).toEqual({ events: [], untold: 0 })
})

test('more events than may be told are counted, and those that wait are told first', () => {
  const events = createWatchEvents({ maxEvents: 3 })
  events.observe({ watch, members: setOf([]), unread: none, atMs: 1 })
  events.observe({
    watch,
    members: setOf([
      [1, 5],
      [2, 6],
    ]),
    unread: none,
    atMs: 2,
  })
  events.observe({ watch, members: setOf([]), unread: none, atMs: 3 })
  const taken = events.take()
  expect(taken.events.map(({ kind, atMs }) => [kind, atMs])).toEqual([
    ['process-started', 2],
    ['process-started', 2],
    ['process-ended', 3],
  ])
  expect(taken.untold).toBe(1)
  expect(events.take()).toEqual({ events: [], untold: 0 })
})

/** A snapshot of any host: who is there, who refuses to be read, whether it could be evaluated and its events were taken. */
const moment = fc.record({
  rows: fc.uniqueArray(
    fc.record({
      pid: fc.integer({ min: 1, max: 6 }),
      startTicks: fc.integer({ min: 1, max: 4 }),
      name: fc.constantFrom('a', 'ab'),
    }),
    { selector: ({ pid }) => pid, maxLength: 6 },
  ),
  unread: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  evaluates: fc.boolean(),
  isTaken: fc.boolean(),
})

test.each([watch, pidFile])(
  'whatever happens, the events lead from the first set to the last, each once: $kind',
  (by) => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 20 }), (history) => {
        const events = createWatchEvents({ maxEvents: 10_000 })
        const told: ProcessEvent[] = []
        let first: Set<string> | undefined
        let last: Map<number, Member> | undefined
        let count = 0
        for (const [atMs, { rows, unread, evaluates, isTaken }] of history.entries()) {
          if (evaluates) {
            const refusing = new Set(unread)
            const members = setOf(
              rows.filter(({ pid }) => !refusing.has(pid)).map(({ pid, startTicks, name }) => [pid, startTicks, name]),
            )
            count = events.observe({ watch: by, members, unread: refusing, atMs })
            const kept = [...(last ?? [])].filter(([pid]) => refusing.has(pid))
            last = new Map([...members, ...kept])
            first ??= identities(last)
            expect(count).toBe(last.size)
          }
          if (isTaken) told.push(...events.take().events)
        }
        told.push(...events.take().events)
        const replayed = replay(first ?? new Set(), told)
        expect(replayed).toEqual(identities(last ?? new Map()))
        expect((first?.size ?? 0) + births(told) - deaths(told)).toBe(count)
      }),
    )
  },
)

/** Fails when somebody ends who was not there, or starts who was. */
function replay(first: Set<string>, events: ProcessEvent[]): Set<string> {
  const set = new Set(first)
  for (const { kind, pid, startedAtMs, before } of events) {
    const identity = `${pid} ${startedAtMs}`
    const old = kind === 'process-ended' ? identity : before && `${before.pid} ${before.startedAtMs}`
    if (old !== undefined) expect(set.delete(old)).toBe(true)
    if (kind === 'process-ended') continue
    expect(set.has(identity)).toBe(false)
    set.add(identity)
  }
  return set
}

function identities(set: ReadonlyMap<number, Member>): Set<string> {
  return new Set([...set.values()].map(({ pid, startedAtMs }) => `${pid} ${startedAtMs}`))
}

function births(events: ProcessEvent[]): number {
  return events.filter(({ kind }) => kind !== 'process-ended').length
}

function deaths(events: ProcessEvent[]): number {
  return events.filter(({ kind }) => kind !== 'process-started').length
}
