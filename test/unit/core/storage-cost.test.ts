import { expect, it } from 'vitest'
import { storageDollars } from '../../../core/storage-cost.ts'

it.each([
  [0, 0],
  [1024 ** 3, 0.023],
  [100 * 1024 ** 3, 2.3],
])('%d bytes cost %d dollars a month', (bytes, dollars) => {
  expect(storageDollars(bytes)).toBeCloseTo(dollars, 9)
})
