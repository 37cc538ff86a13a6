import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roundPoint, roundTo } from '../../../../core/report/point.ts'

describe('a rounded point', () => {
  it('is the nearest number of six digits', () => {
    const doubles = fc.double({ noNaN: true, min: -1e18, max: 1e18 })
    fc.assert(
      fc.property(doubles, (value) => {
        const rounded = roundPoint(value)
        expect(rounded).toBe(Number(rounded.toPrecision(6)))
        // Halfway between two either is as near.
        const nearest = Math.abs(Number(value.toPrecision(6)) - value)
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(nearest * (1 + 1e-6))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    [0, 0],
    [-0, 0],
    [1, 1],
    [0.1, 0.1],
    [1 / 3, 0.333333],
    [999_999.5, 1_000_000],
    [0.000_099_999_999, 0.0001],
    [123_456_789, 123_457_000],
    [1e-15, 1e-15],
    [1.234_567_8e-20, 1.23457e-20],
    [1.234_567_8e20, 1.23457e20],
    [-2 / 3, -0.666667],
  ])('of %d is %d', (value, rounded) => {
    expect(roundPoint(value)).toBe(rounded)
  })

  it('has as many digits as are asked for', () => {
    expect([1, 2, 4].map((digits) => roundTo(12.3456, digits))).toEqual([10, 12, 12.35])
  })
})
