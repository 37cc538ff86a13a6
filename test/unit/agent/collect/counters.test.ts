import fc from 'fast-check'
import { expect, it } from 'vitest'
import { increase, percentOf, perSecond, rounded, shareOf } from '../../../../agent/collect/counters.ts'

it.each([
  [0, 0],
  [0.012345, 0.0123],
  [12.62, 12.6],
  [99.96, 100],
  [999.6, 1000],
  [1234.4, 1234],
  [102_400, 102_400],
  [571_614.26, 571_600],
  [23_314_833.36, 23_310_000],
])('%d is rounded to %d', (value, expected) => {
  expect(rounded(value)).toBe(expected)
})

it('rounds to at most four digits, by half a percent at most, and the same again', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
      const once = rounded(value)
      expect(Math.abs(once - value) / value).toBeLessThanOrEqual(0.005)
      expect(
        String(once)
          .replace(/e.*$/, '')
          .replace(/^0\.0*|\.|0+$/g, '').length,
      ).toBeLessThanOrEqual(4)
      expect(rounded(once)).toBe(once)
    }),
  )
})

it.each([
  ['went on', 10, 15, 5],
  ['stood', 10, 10, 0],
  ['went back', 15, 10, undefined],
  ['was not there', undefined, 10, undefined],
  ['is no number', 10, Number.NaN, undefined],
])('a counter that %s', (_, before, after, expected) => {
  expect(increase(before, after)).toBe(expected)
})

it('a rate over no time is none', () => {
  expect(perSecond(1, 2, 0)).toBeUndefined()
  expect(perSecond(0, 3, 2_000)).toBe(1.5)
})

it('a share of the room is exact to two decimals, one of a time has three digits', () => {
  expect([percentOf(18.3333, 100), shareOf(18.3333, 100)]).toEqual([18.33, 18.3])
  expect([percentOf(1, 0), shareOf(undefined, 1)]).toEqual([undefined, undefined])
})
