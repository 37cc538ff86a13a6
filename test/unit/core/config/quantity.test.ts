import { describe, expect, it } from 'vitest'
import { inUnit, parseQuantity, type Quantity } from '../../../../core/config/quantity.ts'

describe('a number with a unit', () => {
  it.each<[string, Quantity]>([
    ['80', { value: 80 }],
    ['-3.5', { value: -3.5 }],
    ['80%', { value: 80, unit: '%' }],
    ['2GiB', { value: 2 ** 31, unit: 'B' }],
    ['500 MB', { value: 5e8, unit: 'B' }],
    ['10MB/s', { value: 1e7, unit: 'B/s' }],
    ['1.5s', { value: 1_500, unit: 'ms' }],
    ['70°C', { value: 70, unit: '°C' }],
    ['5/s', { value: 5, unit: '/s' }],
  ])('is %s', (text, quantity) => {
    expect(parseQuantity(text)).toEqual(quantity)
  })

  it.each(['', 'high', '1e9', '0x10', '80 percent', '2gib', '1 2', '%', 'toString', '5constructor'])(
    'is not %j',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined()
    },
  )

  it('is the metric’s where it names none, and no other', () => {
    expect(inUnit({ value: 5 }, 'B')).toBe(5)
    expect(inUnit({ value: 5, unit: 'B' }, 'B')).toBe(5)
    expect(inUnit({ value: 5, unit: 'B' }, 'B/s')).toBeUndefined()
  })
})
