import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growthOf } from '../../../core/trend.ts'

const slotMs = 300_000
const slotsOf = (count: number) => Array.from({ length: count }, (_, index) => 1_772_000_000_000 + index * slotMs)
const day = slotsOf(288)

describe('the growth of a series', () => {
  it('is that of the line it lies on, whatever is missing of it', () => {
    const perSlot = fc.double({ min: 0.001, max: 1_000, noNaN: true })
    const missing = fc.array(fc.boolean(), { minLength: 288, maxLength: 288 })
    fc.assert(
      fc.property(perSlot, fc.double({ min: 0, max: 1_000, noNaN: true }), missing, (slope, start, gaps) => {
        const values = day.map((_, index) => (gaps[index] && index % 3 === 0 ? null : start + slope * index))
        const growth = growthOf(day, values)
        for (const perMs of [growth?.perMs, growth?.slowerPerMs, growth?.fasterPerMs])
          expect((perMs ?? 0) * slotMs).toBeCloseTo(slope, 6)
        expect(growth?.fit).toBeCloseTo(1, 6)
      }),
    )
  })

  it('lies between the slower and the faster half of it', () => {
    const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 12, maxLength: 288 })
    fc.assert(
      fc.property(values, (all) => {
        const growth = growthOf(slotsOf(all.length), all)
        if (!growth) return
        expect(growth.slowerPerMs).toBeGreaterThan(0)
        expect(growth.perMs).toBeGreaterThanOrEqual(growth.slowerPerMs)
        expect(growth.perMs).toBeLessThanOrEqual(growth.fasterPerMs)
      }),
    )
  })

  it.each<[string, (index: number) => number | null]>([
    ['flat', () => 40],
    ['falling', (index) => 100 - index / 10],
    ['a jump', (index) => (index < 144 ? 10 : 60)],
    ['up and down again', (index) => (index < 144 ? index : 288 - index)],
    ['a rhythm', (index) => 50 + 40 * Math.sin(index / 20)],
    ['known for an hour only', (index) => (index < 12 ? index : null)],
  ])('is none of what is %s', (_, value) => {
    expect(
      growthOf(
        day,
        day.map((_, index) => value(index)),
      ),
    ).toBeUndefined()
  })

  it('is none of a few points', () => {
    expect(
      growthOf(
        slotsOf(11),
        slotsOf(11).map((_, index) => index),
      ),
    ).toBeUndefined()
  })
})
