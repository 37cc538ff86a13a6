import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Call, callsFor, cloudWatchLimits as limits } from '../../../../adapters/metrics/cloudwatch-calls.ts'
import type { MetricPoint } from '../../../../adapters/metrics/port.ts'

const nowMs = Date.UTC(2026, 2, 1, 12)
const dayMs = 86_400_000

function makePoint(point: Partial<MetricPoint> = {}): MetricPoint {
  return {
    name: 'mem_used_percent',
    unit: 'Percent',
    dimensions: { host: 'web-1' },
    startMs: nowMs,
    resolutionSeconds: 60,
    values: [1],
    ...point,
  }
}

const data = (calls: readonly Call[]) => calls.flatMap((call) => call.data)

const points = fc.array(
  fc.record({
    name: fc.constantFrom('cpu_usage_active', 'disk_used_percent'),
    unit: fc.constantFrom('Percent' as const, 'Count' as const),
    dimensions: fc.record({ host: fc.string({ minLength: 1 }), path: fc.string({ minLength: 1, maxLength: 1_024 }) }),
    resolutionSeconds: fc.constantFrom(1 as const, 60 as const),
    startMs: fc.integer({ min: nowMs - 20 * dayMs, max: nowMs + dayMs }),
    values: fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 100 })), { minLength: 1, maxLength: 400 }),
  }),
  { maxLength: 60 },
)

describe('calls of PutMetricData', () => {
  it('hold nothing that CloudWatch refuses, and every value that it takes just as often as it was seen', () => {
    fc.assert(
      fc.property(points, (given) => {
        const { calls, refusedValues } = callsFor(given, nowMs)
        for (const call of calls) {
          expect(call.data.length).toBeLessThanOrEqual(limits.metricsPerCall)
          expect(JSON.stringify(call.data).length).toBeLessThanOrEqual(1_000_000)
          expect(call.points.length).toBe(call.data.length)
        }
        for (const { Timestamp, Values = [], Counts = [], Dimensions = [] } of data(calls)) {
          const agoMs = nowMs - (Timestamp?.getTime() ?? 0)
          expect(agoMs).toBeLessThanOrEqual(14 * dayMs)
          expect(agoMs).toBeGreaterThanOrEqual(-2 * 3_600_000)
          expect(Values.length).toBeGreaterThan(0)
          expect(Values.length).toBeLessThanOrEqual(150)
          expect(new Set(Values).size).toBe(Values.length)
          expect(Counts.length).toBe(Values.length)
          expect(Values.every((value) => Math.abs(value) <= 2 ** 360)).toBe(true)
          for (const { Value = '' } of Dimensions) expect(Value).toMatch(/^(?=.*\S)[\x20-\x7e]{1,1024}$/)
        }
        const seen = given.reduce((count, { values }) => count + values.length, 0)
        const sent = data(calls).reduce((count, { Counts = [] }) => count + Counts.reduce((a, b) => a + b, 0), 0)
        expect(sent + refusedValues).toBe(seen)
      }),
    )
  })

  it('count equal values, and keep each: percentiles need them', () => {
    const [datum] = data(callsFor([makePoint({ values: [10, 30.5, 10] })], nowMs).calls)
    expect(datum).toEqual({
      MetricName: 'mem_used_percent',
      Dimensions: [{ Name: 'host', Value: 'web-1' }],
      Timestamp: new Date(nowMs),
      StorageResolution: 60,
      Unit: 'Percent',
      Values: [10, 30.5],
      Counts: [2, 1],
    })
  })

  it('hold a thousand metrics, and no more', () => {
    const many = Array.from({ length: 2_001 }, (_, index) => makePoint({ dimensions: { host: `web-${index}` } }))
    expect(callsFor(many, nowMs).calls.map((call) => call.data.length)).toEqual([1_000, 1_000, 1])
  })

  it('hold less than a megabyte', () => {
    const values = Array.from({ length: 150 }, (_, index) => 1 / (index + 3))
    const many = Array.from({ length: 1_000 }, (_, index) =>
      makePoint({ values, dimensions: { host: `web-${index}` } }),
    )
    const { calls } = callsFor(many, nowMs)
    expect(calls.length).toBeGreaterThan(2)
    expect(calls.flatMap((call) => call.points)).toHaveLength(1_000)
  })

  it.each([
    ['two weeks ago', -14 * dayMs, 1],
    ['longer ago', -14 * dayMs - 1, 0],
    ['in two hours', 2 * 3_600_000, 1],
    ['later', 2 * 3_600_000 + 1, 0],
  ])('take or leave what was observed %s', (_, offsetMs, taken) => {
    const { calls, refusedValues, reason } = callsFor([makePoint({ startMs: nowMs + offsetMs })], nowMs)
    expect([data(calls).length, refusedValues]).toEqual([taken, 1 - taken])
    expect(reason).toEqual(taken === 1 ? undefined : expect.stringContaining('clock'))
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 361])('leave %d out', (value) => {
    const { calls, refusedValues, reason } = callsFor([makePoint({ values: [value, 7] })], nowMs)
    expect([data(calls).map(({ Values }) => Values), refusedValues]).toEqual([[[7]], 1])
    expect(reason).toContain('no numbers')
    expect(callsFor([makePoint({ values: [value] })], nowMs).calls).toEqual([])
  })

  it.each([
    ['/mnt/My Disk', '/mnt/My Disk'],
    ['größe-1', 'gr%C3%B6%C3%9Fe-1'],
    ['100%', '100%25'],
    ['a\nb', 'a%0Ab'],
    [' ', '%20'],
  ])('name %j in printable ASCII', (name, value) => {
    const [datum] = data(callsFor([makePoint({ dimensions: { host: name } })], nowMs).calls)
    expect(datum?.Dimensions).toEqual([{ Name: 'host', Value: value }])
  })
})
