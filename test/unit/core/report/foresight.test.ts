import { describe, expect, it } from 'vitest'
import { availabilityOf } from '../../../../core/report/availability.ts'
import { forecasts } from '../../../../core/report/forecast.ts'
import { leaks } from '../../../../core/report/leaks.ts'
import type { AlertReport, MetricReport, ProcessReport } from '../../../../core/report/report.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const fromMs = 1_772_000_000_000
const period = { fromMs, toMs: fromMs + dayMs }
const slots = Array.from({ length: 288 }, (_, index) => fromMs + index * 300_000)

function disk(entity: string, percentOf: (index: number) => number, metric = 'disk.percent'): MetricReport {
  const points = slots.map((_, index) => percentOf(index))
  const last = points.at(-1) ?? 0
  return { series: metric, metric, entity, mean: 0, max: 0, min: 0, p95: 0, last, points }
}

describe('a forecast', () => {
  it('tells when a disk is full that fills by ten points a day, with the soonest first', () => {
    const metrics = [
      disk('/var', (index) => 60 + (10 * index) / 287),
      disk('/data', (index) => 80 + (10 * index) / 287),
      disk('/', () => 40),
      disk('/', (index) => 60 + index / 28, 'memory.percent'),
    ]
    const told = forecasts(metrics, slots, period)
    expect(told.map(({ mount }) => mount)).toEqual(['/data', '/var'])
    const [data] = told
    expect(data?.percentPerDay).toBeCloseTo(10.03, 1)
    expect(((data?.fullAtMs ?? 0) - period.toMs) / dayMs).toBeCloseTo(1, 1)
  })

  it('tells how far off it may be, by the halves of the period', () => {
    const [told] = forecasts([disk('/', (index) => 60 + index / 100 + (index / 100) ** 2)], slots, period)
    const { earliestMs = 0, fullAtMs = 0, latestMs = 0 } = told ?? {}
    expect(earliestMs).toBeLessThan(fullAtMs)
    expect(fullAtMs).toBeLessThan(latestMs)
    expect(earliestMs).toBeGreaterThan(period.toMs)
  })

  it.each([
    ['grows too little', disk('/', (index) => 50 + index / 1_000)],
    ['is full in half a year', disk('/', (index) => 10 + (0.51 * index) / 287)],
    ['is full already', disk('/', (index) => Math.min(100, 90 + index / 20))],
  ])('is not made of a disk that %s', (_, metric) => {
    expect(forecasts([metric], slots, period)).toEqual([])
  })
})

describe('a leak', () => {
  const mebibyte = 1_048_576
  const process = (name: string, bytesOf: (index: number) => number): ProcessReport => ({
    name,
    cpuPercentMean: 1,
    cpuPercentMax: 1,
    rssBytesMean: 1,
    rssBytesMax: 1,
    threadsMax: 1,
    instancesMax: 1,
    seenPercent: 100,
    cpuPoints: [],
    rssPoints: slots.map((_, index) => bytesOf(index)),
  })

  it('is memory that grows steadily, and no other', () => {
    const wobble = (index: number) => 5 * mebibyte * Math.sin(index)
    const told = leaks(
      [
        process('steady', () => 900 * mebibyte),
        process('leaky', (index) => 200 * mebibyte + mebibyte * index + wobble(index)),
        process('started', (index) => (index < 20 ? 10 : 800) * mebibyte),
        process('cache', (index) => 4_000 * mebibyte + (mebibyte * index) / 4),
      ],
      slots,
    )
    expect(told.map(({ name }) => name)).toEqual(['leaky'])
    const [leak] = told
    expect((leak?.bytesPerHour ?? 0) / mebibyte).toBeCloseTo(12, 0)
    expect((leak?.fromBytes ?? 0) / mebibyte).toBeCloseTo(200, -1)
    expect(leak?.confidencePercent).toBeGreaterThan(95)
  })
})

describe('availability', () => {
  const outage = (rule: string, fromHour: number, toHour?: number): AlertReport => ({
    incident: `${rule} ${fromHour}`,
    rule,
    entity: '',
    severity: 'critical',
    startedAtMs: fromMs + fromHour * hourMs,
    ...(toHour === undefined ? {} : { endedAtMs: fromMs + toHour * hourMs }),
    reason: 'nothing came',
  })
  const of = (alerts: AlertReport[], more: Partial<Parameters<typeof availabilityOf>[0]> = {}) =>
    availabilityOf({ alerts, knownBefore: true, period, nowMs: period.toMs, ...more })
  const isNew = (firstHour: number) => ({ knownBefore: false, firstMs: fromMs + firstHour * hourMs })

  it.each([
    ['no alert', of([]), { percent: 100, downMs: 0, outages: 0 }],
    ['another alert', of([outage('cpu', 1, 13)]), { percent: 100, downMs: 0, outages: 0 }],
    ['six hours', of([outage('host-down', 1, 7)]), { percent: 75, downMs: 6 * hourMs, outages: 1 }],
    ['two outages', of([outage('host-down', 1, 4), outage('host-down', 5, 8)]), { percent: 75, outages: 2 }],
    ['one from before it', of([outage('host-down', -5, 6)]), { percent: 75, downMs: 6 * hourMs }],
    ['one that is open', of([outage('host-down', 12)]), { percent: 50, downMs: 12 * hourMs }],
    ['all of it', of([outage('host-down', -1)]), { percent: 0, downMs: dayMs, outages: 1 }],
    ['a new host', of([outage('host-down', 21)], isNew(18)), { percent: 50 }],
    ['a host that was down through the time before', of([outage('host-down', -30, 6)], isNew(6)), { percent: 75 }],
    ['a period that goes on', of([outage('host-down', 9)], { nowMs: fromMs + 12 * hourMs }), { percent: 75 }],
  ])('of a period with %s', (_, found, expected) => {
    expect(found).toMatchObject(expected)
  })

  it('is none of a host that was down all through this and the time before, and nothing at all of one that is unknown', () => {
    expect(of([outage('host-down', -30)], { knownBefore: false })).toEqual({ percent: 0, downMs: dayMs, outages: 1 })
    expect(of([outage('cpu', -30)], { knownBefore: false })).toBeUndefined()
  })

  it('is not known of a time that has not come', () => {
    expect(of([], { nowMs: fromMs - 1 })).toBeUndefined()
    expect(of([], { knownBefore: false, firstMs: period.toMs })).toBeUndefined()
  })
})
