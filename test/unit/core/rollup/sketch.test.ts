import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addSketch,
  addToSketch,
  emptySketch,
  quantile,
  relativeError,
  type StoredSketch,
  storeSketch,
} from '../../../../core/rollup/sketch.ts'

const value = fc.oneof(
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
  fc.integer({ min: 0, max: 5 }),
)
const values = fc.array(value, { minLength: 1, maxLength: 300 })

describe('sketch', () => {
  it('gives every quantile to within its relative error of the exact one', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, fraction) => {
        const exact = all.toSorted((a, b) => a - b)[Math.floor(fraction * (all.length - 1))] ?? Number.NaN
        const found = quantile(sketchOf(all), fraction) ?? Number.NaN
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(relativeError * exact * (1 + 1e-9) + 1e-9)
      }),
    )
  })

  it('merges to the same as adding all values to one, in whatever order and grouping', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [one, two, three] = [a, b, c].map(sketchOf) as [StoredSketch, StoredSketch, StoredSketch]
        const all = sketchOf([...a, ...b, ...c])
        expect(merged(merged(one, two), three)).toEqual(all)
        expect(merged(three, merged(two, one))).toEqual(all)
      }),
    )
  })

  it('is a text of buckets and counts', () => {
    expect(sketchOf([0, 0, 1, 7, 7, 0.001])).toBe('z2 -345 0 98:2')
  })

  it.each(['1 x', '1:', ':2', 'z', '1.5', '1  2', ' '])('told as %j is refused', (bad) => {
    expect(() => quantile(bad, 0.5)).toThrow(/^sketch: .*expected/)
  })

  it('has no quantile when nothing was added, and tells zeros exactly', () => {
    expect(quantile(sketchOf([]), 0.5)).toBeUndefined()
    expect(quantile(sketchOf([0, 0, 0, 7]), 0.5)).toBe(0)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (bad) => {
    expect(() => addToSketch(emptySketch(), bad)).toThrow('expected a finite number from 0 up')
  })
})

function sketchOf(all: readonly number[]): StoredSketch {
  const sketch = emptySketch()
  for (const one of all) addToSketch(sketch, one)
  return storeSketch(sketch)
}

function merged(...sketches: StoredSketch[]): StoredSketch {
  const all = emptySketch()
  for (const sketch of sketches) addSketch(all, sketch)
  return storeSketch(all)
}
