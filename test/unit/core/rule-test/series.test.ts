import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostSteps, parseSeries, type Step } from '../../../../core/rule-test/series.ts'

const _ = undefined

describe('a series in short', () => {
  it.each<[string, Step[]]>([
    ['40', [40]],
    ['40x3 91x2', [40, 40, 40, 91, 91]],
    ['0+10x4', [0, 10, 20, 30]],
    ['5-1x3', [5, 4, 3]],
    ['0.1+0.1x3', [0.1, 0.2, 0.3]],
    ['-3x2', [-3, -3]],
    ['1 _ 2 _x2', [1, _, 2, _, _]],
    ['1x0 2', [2]],
  ])('%j is %j', (text, steps) => {
    expect(parseSeries(text)).toEqual(steps)
  })

  it('may be a list', () => {
    expect(parseSeries([1, '_', 2])).toEqual([1, _, 2])
  })

  it.each(['', 'x3', '40*3', '40x', '4_', '_+1x2', '1e3', `1x${mostSteps + 1}`, `1x${mostSteps} 1`])(
    'is not %j',
    (text) => {
      expect(parseSeries(text)).toBeUndefined()
    },
  )

  it('is what the list of its values is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(20))), (runs) => {
        const text = runs.map(([value, count]) => `${value}x${count}`).join(' ')
        const list = runs.flatMap(([value, count]) => Array.from({ length: count }, () => value))
        expect(parseSeries(text === '' ? [] : text)).toEqual(parseSeries(list))
      }),
    )
  })
})
