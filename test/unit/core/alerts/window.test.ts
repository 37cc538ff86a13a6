import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Aggregation } from '../../../../core/alerts/rule.ts'
import { addToWindow, aggregate, isCovered, points, type Window } from '../../../../core/alerts/window.ts'

const windowMs = 600_000

function filled(samples: readonly [atMs: number, value: number][], agg: Aggregation = 'avg'): Window {
  const window: Window = []
  for (const [atMs, value] of samples) addToWindow(window, { atMs, value, windowMs, agg })
  return window
}

/** As the rule sees it with the last sample. */
function seen(agg: Aggregation, samples: readonly [atMs: number, value: number][]): number | undefined {
  const [atMs, value] = samples.at(-1) ?? [0, 0]
  return aggregate(filled(samples, agg), { atMs, value, agg })
}

describe('a window', () => {
  it.each<[Aggregation, expected: number | undefined]>([
    ['avg', 30],
    ['min', 10],
    ['max', 50],
    ['p95', 50],
    ['delta', -40],
    ['rate', -40 / 360],
  ])('has the %s of what lies in it, and forgets what lies before it', (agg, expected) => {
    const samples: [number, number][] = [
      [0, 100],
      [300_000, 50],
      [660_000, 10],
    ]
    expect(seen(agg, samples)).toBe(expected)
  })

  it('has no mean when it is empty, and no rate of one sample', () => {
    expect(aggregate([], { atMs: 0, value: 1, agg: 'avg' })).toBeUndefined()
    expect(seen('rate', [[0, 5]])).toBeUndefined()
  })

  it('has a 95th percentile that was measured, however many samples a slot has', () => {
    const samples = Array.from({ length: 600 }, (_, second): [number, number] => [second * 1_000, second % 100])
    expect(seen('p95', samples)).toBe(94)
    expect(filled(samples, 'p95').length / 3).toBeLessThanOrEqual(960)
  })

  it('is covered once its samples reach back over it, give or take an interval and a half', () => {
    const at = (atMs: number) => isCovered(filled([[0, 1]]), { atMs, windowMs, intervalMs: 60_000 })
    expect(at(500_000)).toBe(false)
    expect(at(520_000)).toBe(true)
  })

  it('gives its means with the middles of their slots', () => {
    expect(
      points(
        filled([
          [0, 1],
          [5_000, 3],
          [60_000, 7],
        ]),
        windowMs,
      ),
    ).toEqual({ times: [5_000, 65_000], values: [2, 7] })
  })

  it('agrees with all of its samples, give or take the slot that it begins in, and stays small', () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: 3 * windowMs }), fc.integer({ min: 0, max: 100 }))
    const slotMs = windowMs / 60
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 300 }), (unsorted) => {
        const samples = unsorted.toSorted(([a], [b]) => a - b)
        const [lastMs] = samples.at(-1) ?? [0]
        const inside = samples.filter(([atMs]) => slotOf(atMs, slotMs) > slotOf(lastMs, slotMs) - windowMs)
        const values = inside.map(([, value]) => value)
        expect(seen('avg', samples)).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9)
        expect(seen('min', samples)).toBe(Math.min(...values))
        expect(seen('max', samples)).toBe(Math.max(...values))
        expect(seen('delta', samples)).toBe((values.at(-1) ?? 0) - (values[0] ?? 0))
        expect(filled(samples).length / 3).toBeLessThanOrEqual(60)
      }),
    )
  })
})

function slotOf(atMs: number, slotMs: number): number {
  return Math.floor(atMs / slotMs) * slotMs
}
