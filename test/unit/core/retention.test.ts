import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  blockKey,
  checkpointKey,
  inboxKey,
  lakeKey,
  lakeTables,
  layoutKey,
  noBlock,
  noticeKey,
  nowKey,
  rejectedPrefix,
  reportId,
  reportsPrefix,
  sentNoticeKey,
  stateKey,
} from '../../../core/keys.ts'
import { coveredBelow, judge, type RetentionPolicy, type SweepFacts } from '../../../core/retention.ts'
import { resolutions, rollupKey, rollupProgressKey } from '../../../core/rollup/rollup-keys.ts'
import { makeSettings } from '../../make.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const nowMs = Date.UTC(2026, 10, 23, 12)
const midnightMs = Date.UTC(2026, 10, 23)
const policy: RetentionPolicy = makeSettings()
const facts: SweepFacts = { policy, nowMs, coveredBelow: new Map([['all', 10]]) }

const block = (n: number) => blockKey({ shard: 'all', n, write: 'a'.repeat(16), prev: noBlock })
const daysAgo = (days: number) => nowMs - days * dayMs
const action = (key: string, modifiedAtMs?: number) =>
  judge({ key, ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }) }, facts).action

describe('by its date', () => {
  it.each([
    ['Parquet', (days: number) => lakeKey('samples', 'all', midnightMs - (days + 1) * dayMs), 90],
    ['a rollup of 5 minutes', (days: number) => rollupKey('5m', 'all', daysAgo(days) - hourMs), 90],
    ['a rollup of hours', (days: number) => rollupKey('1h', 'all', midnightMs - (days + 1) * dayMs), 90],
    ['a report', (days: number) => reportFile(midnightMs - (days + 1) * dayMs), 400],
    ['a sent notice', (days: number) => sentNoticeKey('n', midnightMs - (days + 1) * dayMs), 400],
    ['refused input', (days: number) => `${rejectedPrefix('web-1', midnightMs - (days + 1) * dayMs)}x.json`, 90],
  ])('%s goes when the time that it holds ended so many days ago, and not before', (_, keyOf, days) => {
    expect(action(keyOf(days - 1))).toBe('keep')
    expect(action(keyOf(days + 1))).toBe('remove')
  })

  it('a rollup of days goes so long after the end of its month', () => {
    const monthOf = (year: number, month: number) => rollupKey('1d', 'all', Date.UTC(year, month, 1))
    expect(action(monthOf(2025, 9))).toBe('keep')
    expect(action(monthOf(2025, 8))).toBe('remove')
  })

  it('what was written lately stays, whatever its date: a rule of the store would not touch it either', () => {
    const key = lakeKey('samples', 'all', daysAgo(200))
    expect(action(key, daysAgo(89))).toBe('keep')
    expect(action(key, daysAgo(91))).toBe('remove')
  })

  it('nothing goes because it was written long ago, when its date is of late', () => {
    expect(action(lakeKey('samples', 'all', daysAgo(80)), daysAgo(1_000))).toBe('keep')
  })
})

describe('the log', () => {
  it.each([
    ['old and covered', block(9), daysAgo(15), 'remove'],
    ['covered and not old', block(9), daysAgo(13), 'keep'],
    ['old and the last that rollup took, or head', block(10), daysAgo(15), 'keep'],
    ['old and not rolled up', block(11), daysAgo(500), 'keep'],
    ['covered and of unknown age', block(9), undefined, 'keep'],
    ['a checkpoint: old, and its block is covered', checkpointKey('all', 9), daysAgo(15), 'remove'],
    ['a checkpoint that is not old', checkpointKey('all', 9), daysAgo(13), 'keep'],
    ['an old checkpoint of a log that is not rolled up', checkpointKey('all', 10), daysAgo(500), 'keep'],
    [
      'of a shard of which nothing is known',
      blockKey({ shard: '0a', n: 1, write: noBlock, prev: noBlock }),
      daysAgo(500),
      'keep',
    ],
  ])('%s', (_, key, modifiedAtMs, expected) => {
    expect(action(key, modifiedAtMs)).toBe(expected)
  })

  it('is covered below both, where state was put back', () => {
    expect(coveredBelow({ progress: 9, head: 5 })).toBe(5)
    expect(coveredBelow({ progress: 5, head: 9 })).toBe(5)
  })
})

it('a probe goes after a day, and stays where its age is unknown', () => {
  expect(['probe/v1/ab'].flatMap((key) => [action(key), action(key, daysAgo(0.5)), action(key, daysAgo(2))])).toEqual([
    'keep',
    'keep',
    'remove',
  ])
})

it('a reason names what it is and how long that is kept', () => {
  expect(judge({ key: block(9), modifiedAtMs: daysAgo(15) }, facts).reason).toBe('log older than 14 days')
  expect(judge({ key: block(11), modifiedAtMs: daysAgo(15) }, facts).reason).toBe('log not rolled up yet')
  expect(judge({ key: 'inbox/v1/x', modifiedAtMs: 0 }, facts).reason).toBe('never swept')
})

const shard = fc.constantFrom('all', '0', 'f', '0a', 'ff')
const atMs = fc.integer({ min: 0, max: nowMs })
const hex16 = fc.stringMatching(/^[0-9a-f]{16}$/)
const anyFacts = fc.record({
  nowMs: fc.integer({ min: 0, max: 8.64e15 }),
  policy: fc.constant({
    keepLogDays: 1,
    keepHourlyDays: 1,
    keepDailyDays: 1,
    keepReportsDays: 1,
    keepNoticesDays: 1,
    keepRejectedDays: 1,
  }),
  coveredBelow: fc.dictionary(shard, fc.integer({ min: 0, max: 100 })).map((all) => new Map(Object.entries(all))),
})
const protectedKey = fc.oneof(
  fc.constant(layoutKey),
  fc.constant(`${reportsPrefix}index.json`),
  shard.map(stateKey),
  shard.map(nowKey),
  shard.map(rollupProgressKey),
  hex16.map((id) => noticeKey(`${id}-default-firing`)),
  fc
    .record({ host: fc.constantFrom('web-1', 'lake', 'dt=2001-01-01'), stream: hex16, seq: fc.nat(9), sha16: hex16 })
    .map((name) => inboxKey(name)),
  fc.constantFrom('lake/samples/dt=2001-02-30/all.parquet', 'rollups/v1/1d/month=2001-13/all.zst'),
  fc.constantFrom('lake/notes.txt', 'mine/lake/samples/dt=2001-01-01/all.parquet', 'log/v1/all/x', 'readme'),
  fc.string({ minLength: 1 }),
)

it('whatever is not named stays, at any time, under any policy', () => {
  fc.assert(
    fc.property(protectedKey, fc.option(atMs, { nil: undefined }), anyFacts, (key, modifiedAtMs, someFacts) => {
      const object = modifiedAtMs === undefined ? { key } : { key, modifiedAtMs }
      expect(judge(object, someFacts).action).toBe('keep')
    }),
  )
})

it('no block from the covered bound on goes, at any time, under any policy', () => {
  fc.assert(
    fc.property(shard, fc.integer({ min: 1, max: 100 }), atMs, anyFacts, (of, n, modifiedAtMs, someFacts) => {
      const key = blockKey({ shard: of, n, write: noBlock, prev: noBlock })
      fc.pre(n >= (someFacts.coveredBelow.get(of) ?? 0))
      expect(judge({ key, modifiedAtMs }, someFacts).action).toBe('keep')
    }),
  )
})

it('every dated key of ours goes some day, and then for good', () => {
  const dated = fc
    .record({ shard, atMs })
    .map((one) => [
      ...lakeTables.map((table) => lakeKey(table, one.shard, one.atMs)),
      ...resolutions.map((resolution) => rollupKey(resolution, one.shard, one.atMs)),
      reportFile(one.atMs),
      sentNoticeKey('n', one.atMs),
      `${rejectedPrefix('web-1', one.atMs)}x.json`,
    ])
  fc.assert(
    fc.property(dated, fc.nat(2_000), fc.nat(2_000), (keys, days, later) => {
      for (const key of keys) {
        const on = (day: number) => judge({ key }, { ...facts, nowMs: nowMs + day * dayMs }).action
        if (on(days) === 'remove') expect(on(days + later)).toBe('remove')
        expect(on(500)).toBe('remove')
      }
    }),
  )
})

function reportFile(madeAtMs: number): string {
  return `${reportsPrefix}${reportId(madeAtMs, '0123456789abcdef')}/report.json`
}
