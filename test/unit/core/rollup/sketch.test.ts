import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addSketch,
  createSketchSum,
  emptySketch,
  relativeError,
  type StoredSketch,
  sketchBucket,
  storeSketch,
  zeroBucket,
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

  it('is stored as buckets and counts by turns', () => {
    expect(sketchOf([0, 0, 1, 7, 7, 0.001])).toEqual([zeroBucket, 2, -345, 1, 0, 1, 98, 2])
  })

  it('counts what no bucket of 16 bits holds as the largest that one does', () => {
    expect(sketchOf([Number.MAX_VALUE, 1e290])).toEqual([32_767, 2])
  })

  it('counts of several series are summed up one after the other', () => {
    const sum = createSketchSum()
    for (const values of [[1, 2, 3], [500], [0, 0.5]]) {
      sum.clear()
      add(sum, sketchOf(values))
      const largest = Math.max(...values)
      expect(Math.abs((sum.quantile(1) ?? 0) - largest)).toBeLessThanOrEqual(relativeError * largest)
    }
  })

  it('has no quantile when nothing was added, and tells zeros exactly', () => {
    expect(quantile(sketchOf([]), 0.5)).toBeUndefined()
    expect(quantile(sketchOf([0, 0, 0, 7]), 0.5)).toBe(0)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (bad) => {
    expect(() => sketchBucket(bad)).toThrow('expected a finite number from 0 up')
  })
})

function quantile(stored: StoredSketch, fraction: number): number | undefined {
  const sum = createSketchSum()
  add(sum, stored)
  return sum.quantile(fraction)
}

/** One by one, as columns have counts that are above 255. */
function add(sum: ReturnType<typeof createSketchSum>, stored: StoredSketch): void {
  for (let at = 0; at < stored.length; at += 2) {
    const counts = new Uint8Array(stored[at + 1] ?? 0).fill(1)
    const buckets = new Int16Array(counts.length).fill(stored[at] ?? 0)
    sum.add(buckets, counts, 0, counts.length)
  }
}

function sketchOf(all: readonly number[]): StoredSketch {
  const sketch = emptySketch()
  for (const one of all) addSketch(sketch, [sketchBucket(one), 1])
  return storeSketch(sketch)
}

function merged(...sketches: StoredSketch[]): StoredSketch {
  const all = emptySketch()
  for (const sketch of sketches) addSketch(all, sketch)
  return storeSketch(all)
}
