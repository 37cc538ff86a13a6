import { expect, it } from 'vitest'
import { cloudWatchCost, costText } from '../../../core/cloudwatch-cost.ts'

it.each([
  [0, 0],
  [7, 2.1],
  [10_000, 3_000],
  [10_001, 3_000.1],
  [250_000, 27_000],
  [1_100_000, 66_500],
])('%d metrics cost %d dollars', (series, dollars) => {
  expect(cloudWatchCost({ series, callsPerMinute: 0 }).metricsDollars).toBeCloseTo(dollars, 6)
})

it('a call a minute costs 44 cents, six of them $2.63', () => {
  expect(cloudWatchCost({ series: 0, callsPerMinute: 1 }).callsDollars).toBeCloseTo(0.438, 6)
  expect(cloudWatchCost({ series: 0, callsPerMinute: 6 }).callsDollars).toBeCloseTo(2.628, 6)
})

it('is told with its parts', () => {
  expect(costText(6, cloudWatchCost({ series: 6, callsPerMinute: 1 }))).toBe(
    '$2.24 a month (6 metrics $1.80, calls $0.44)',
  )
})
