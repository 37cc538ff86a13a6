import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryDelayMs, shipRetry } from '../../../../agent/ship/retry.ts'
import { createPlainRandom } from '../../functions/notify/manual-clock.ts'

const almostOne = 1 - Number.EPSILON

describe('the delay before the next try', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 256_000],
    [10, 300_000],
    [10_000, 300_000],
  ])('is at most, after %d failures in a row, %d ms', (failures, ceilingMs) => {
    expect(retryDelayMs({ failures }, shipRetry, createPlainRandom(almostOne))).toBe(ceilingMs)
  })

  it('is anywhere between nothing and its ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, part) => {
          const delayMs = retryDelayMs({ failures }, shipRetry, createPlainRandom(part))
          const ceilingMs = retryDelayMs({ failures }, shipRetry, createPlainRandom(almostOne))
          expect(delayMs).toBe(Math.round(part * ceilingMs))
        },
      ),
    )
  })

  it.each([
    ['besides it', 7_000, 7_500],
    ['for no longer than the cap', 3_600_000, 300_500],
  ])('waits for what the store asked, %s', (_, retryAfterMs, expected) => {
    expect(retryDelayMs({ failures: 1, retryAfterMs }, shipRetry, createPlainRandom(0.5))).toBe(expected)
  })
})
