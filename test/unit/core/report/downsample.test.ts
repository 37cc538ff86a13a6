import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downsample, fewestPoints } from '../../../../core/report/downsample.ts'

const values = fc.array(fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { freq: 5 }), { maxLength: 600 })
const most = fc.integer({ min: fewestPoints, max: 300 })

function known(points: readonly (number | null)[]): number[] {
  return points.filter((point) => point !== null)
}

describe('fewer points of the same line', () => {
  it('are never more than asked for, ascending, and each one of the line', () => {
    fc.assert(
      fc.property(values, most, (points, limit) => {
        const kept = downsample(points, limit)
        expect(kept.length).toBeLessThanOrEqual(Math.min(limit, points.length))
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
        expect(kept.every((index) => Number.isInteger(index) && index >= 0 && index < points.length)).toBe(true)
      }),
    )
  })

  it('have its first and last, its smallest and largest', () => {
    fc.assert(
      fc.property(
        values.filter(({ length }) => length > 0),
        most,
        (points, limit) => {
          const kept = downsample(points, limit)
          expect([kept[0], kept.at(-1)]).toEqual([0, points.length - 1])
          const [before, after] = [known(points), known(kept.map((index) => points[index] ?? null))]
          expect([Math.min(...after), Math.max(...after)]).toEqual([Math.min(...before), Math.max(...before)])
        },
      ),
    )
  })

  it('have its longest gap, with the values beside it', () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 200 }),
    )
    fc.assert(
      fc.property(shape, most, ([before, gap, after], limit) => {
        const points = [...Array(before).fill(1), ...Array(gap).fill(null), ...Array(after).fill(2)]
        const kept = downsample(points, limit)
        expect(kept).toContain(before - 1)
        expect(kept).toContain(before)
        expect(kept).toContain(before + gap)
      }),
    )
  })

  it('are all of them where there are few enough', () => {
    expect(downsample([3, null, 1], fewestPoints)).toEqual([0, 1, 2])
  })

  it('use what they may: three quarters at least of a line without gaps', () => {
    const wave = Array.from({ length: 5_000 }, (_, index) => Math.sin(index / 40))
    expect(downsample(wave, 250).length).toBeGreaterThan(187)
  })

  it('can not be too few to hold a line', () => {
    expect(() => downsample([1], fewestPoints - 1)).toThrow('expected 8 at least')
  })
})
