import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import {
  areas,
  bytesKept,
  type Load,
  monthlyCost,
  requestsADay,
  shardsFor,
  usualLoad,
} from '../../../../core/cost/model.ts'
import { usEast1, withPrices } from '../../../../core/cost/prices.ts'
import { usualStack } from '../../../../core/cost/stack-facts.ts'
import { costTable, dollarsText, tooLongText } from '../../../../core/cost/table.ts'

const load = (changes: Partial<Load> = {}): Load => ({ ...usualLoad, hosts: 10, ...changes })

const anyLoad = fc.record({
  hosts: fc.integer({ min: 0, max: 100_000 }),
  shards: fc.constantFrom(1, 16, 256),
  intervalSeconds: fc.constantFrom(1, 10, 60, 300),
  batch: fc.integer({ min: 1, max: 60 }),
  incidentsAMonthAndHost: fc.double({ min: 0, max: 10, noNaN: true }),
  viewsADay: fc.integer({ min: 0, max: 10_000 }),
  reportsADay: fc.integer({ min: 0, max: 24 }),
  keep: fc.record({
    logDays: fc.integer({ min: 1, max: 400 }),
    hourlyDays: fc.integer({ min: 50, max: 400 }),
    dailyDays: fc.integer({ min: 50, max: 3_660 }),
    reportsDays: fc.integer({ min: 1, max: 3_660 }),
  }),
})

/** Sums of many terms. */
const rounding = 1e-9

test('is the sum of its areas, each of them a number of dollars', () => {
  fc.assert(
    fc.property(anyLoad, (any) => {
      const { dollars, areas: parts } = monthlyCost(any)
      expect(Object.keys(parts)).toEqual([...areas])
      for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0)
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(dollars, 6)
    }),
  )
})

const more: [string, (one: Load, by: number) => Load][] = [
  ['hosts', (one, by) => ({ ...one, hosts: one.hosts + by })],
  ['views', (one, by) => ({ ...one, viewsADay: one.viewsADay + by })],
  ['incidents', (one, by) => ({ ...one, incidentsAMonthAndHost: one.incidentsAMonthAndHost + by })],
  ['days of the log', (one, by) => ({ ...one, keep: { ...one.keep, logDays: one.keep.logDays + by } })],
  ['days of Parquet', (one, by) => ({ ...one, keep: { ...one.keep, hourlyDays: one.keep.hourlyDays + by } })],
]

it.each(more)('with more %s it never costs less', (_, grow) => {
  fc.assert(
    fc.property(anyLoad, fc.integer({ min: 1, max: 5_000 }), (any, by) => {
      const { dollars } = monthlyCost(any)
      expect(monthlyCost(grow(any, by)).dollars).toBeGreaterThanOrEqual(dollars * (1 - rounding))
    }),
  )
})

test('in larger batches agents put less often, and nothing else is asked more often', () => {
  fc.assert(
    fc.property(anyLoad, (any) => {
      const [some, fewer] = [requestsADay(any), requestsADay({ ...any, batch: any.batch + 1 })]
      for (const asker of ['agents', 'evaluate'] as const) {
        expect(fewer[asker].writes).toBeLessThanOrEqual(some[asker].writes * (1 + rounding))
        expect(fewer[asker].reads).toBeLessThanOrEqual(some[asker].reads * (1 + rounding))
      }
    }),
  )
})

test('no hosts still cost what looks for them', () => {
  const { areas: parts } = monthlyCost(load({ hosts: 0 }))
  expect(parts.requests).toBeGreaterThan(0)
  expect(bytesKept(load({ hosts: 0, reportsADay: 0 }))).toEqual({ log: 0, lake: 0, rollups: 0, reports: 0, state: 0 })
})

test('a batch a minute is five times as many puts as one every five minutes', () => {
  const [five, one] = [load({ hosts: 1_000 }), load({ hosts: 1_000, batch: 1 })].map(
    (each) => requestsADay(each).agents,
  )
  expect(one?.writes).toBe((five?.writes ?? 0) * 5)
})

it.each([
  [1, 1],
  [700, 1],
  [701, 16],
  [11_200, 16],
  [11_201, 256],
  [1_000_000, 256],
])('%d hosts are to have %d shards', (hosts, shards) => {
  expect(shardsFor(hosts)).toBe(shards)
})

test('says which function would be cut off at this size', () => {
  expect(monthlyCost(load({ hosts: 1_000, shards: 16 })).tooLong).toEqual([])
  const [line, ...others] = tooLongText(monthlyCost(load({ hosts: 200_000, shards: 256 })))
  expect(line).toMatch(/^a run of evaluate would take some [\d,]+ s and has 60: give it more time/)
  expect(others).toEqual([])
})

test('each price has its unit, the page of AWS that has it, and what it was read from and when', () => {
  for (const [name, { dollars, per, unit, page, from, asOf }] of Object.entries(usEast1)) {
    expect(dollars, name).toBeGreaterThanOrEqual(0)
    expect(per, name).toBeGreaterThan(0)
    expect(unit, name).not.toBe('')
    expect(page, name).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/$/)
    expect(from, name).not.toBe('')
    expect(asOf, name).toMatch(/^20\d\d(-\d\d)?$/)
  }
})

test('prices of another region take the place of those that are named', () => {
  const double = withPrices({ s3Write: usEast1.s3Write.dollars * 2, s3Read: usEast1.s3Read.dollars * 2 })
  const [here, there] = [monthlyCost(load()), monthlyCost(load(), usualStack, double)]
  expect(there.areas.requests).toBeCloseTo(here.areas.requests * 2, 9)
  expect(there.areas.functions).toBe(here.areas.functions)
})

it.each([
  [{ s3Put: 1 }, 'prices: s3Put: there is no such price; there are: s3Write, '],
  [{ constructor: 1 }, 'prices: constructor: there is no such price'],
  [{ s3Write: '0.005' }, 'prices: s3Write: "0.005": expected dollars for 1000 PUT'],
  [{ s3Write: -1 }, 'prices: s3Write: -1: expected dollars'],
  [null, 'prices: null: expected { "s3Write"'],
])('%j are no prices', (given, message) => {
  expect(() => withPrices(given)).toThrow(message)
})

test('a table has a column a fleet', () => {
  const fleets = [1, 1_000].map((hosts) => ({ hosts, cost: monthlyCost(load({ hosts })) }))
  const [head, ...rows] = costTable(fleets)
  expect(head).toEqual(['', '1 host', '1,000 hosts'])
  expect(rows.map(([title]) => title).slice(-2)).toEqual(['all', 'a host'])
  expect(rows).toHaveLength(areas.length + 2)
})

it.each([
  [0, '$0.00'],
  [0.001, '< $0.01'],
  [0.005, '$0.01'],
  [5051.204, '$5,051.20'],
])('%d dollars are %s', (dollars, text) => {
  expect(dollarsText(dollars)).toBe(text)
})
