import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addSketch,
  addToSketch,
  emptySketch,
  quantile,
  relativeError,
  type SketchJson,
  toJson,
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
        const [one, two, three] = [a, b, c].map(sketchOf) as [SketchJson, SketchJson, SketchJson]
        const all = sketchOf([...a, ...b, ...c])
        expect(merged(merged(one, two), three)).toEqual(all)
        expect(merged(three, merged(two, one))).toEqual(all)
      }),
    )
  })

  it('survives JSON', () => {
    fc.assert(
      fc.property(values, (all) => {
        const sketch = sketchOf(all)
        expect(JSON.parse(JSON.stringify(sketch))).toEqual(sketch)
      }),
    )
  })

  it('has no quantile when nothing was added, and tells zeros exactly', () => {
    expect(quantile(sketchOf([]), 0.5)).toBeUndefined()
    expect(quantile(sketchOf([0, 0, 0, 7]), 0.5)).toBe(0)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (bad) => {
    expect(() => addToSketch(emptySketch(), bad)).toThrow('expected a finite number from 0 up')
  })
})

function sketchOf(all: readonly number[]): SketchJson {
  const sketch = emptySketch()
  for (const one of all) addToSketch(sketch, one)
  return toJson(sketch)
}

function merged(...sketches: SketchJson[]): SketchJson {
  const all = emptySketch()
  for (const sketch of sketches) addSketch(all, sketch)
  return toJson(all)
}
