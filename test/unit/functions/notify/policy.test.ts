import { describe, expect, it } from 'vitest'
import { retryPolicies } from '../../../../adapters/receivers/policy.ts'
import { backoffMs, defaultNotifyPolicy } from '../../../../functions/notify/policy.ts'
import { createPlainRandom } from './manual-clock.ts'

describe('the wait after a failure', () => {
  it.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [7, 1_920_000],
    [8, 3_600_000],
    [10_000, 3_600_000],
  ])('after failure %i is below %i ms', (attempts, ceilingMs) => {
    expect(backoffMs(attempts, retryPolicies.mail, createPlainRandom(1 - Number.EPSILON))).toBe(ceilingMs)
    expect(backoffMs(attempts, retryPolicies.mail, createPlainRandom(0))).toBe(0)
  })

  it.each(Object.entries(retryPolicies))('of %s is never longer than a time that a run believes', (_, { capMs }) => {
    expect(capMs).toBeLessThanOrEqual(defaultNotifyPolicy.longestWaitMs)
  })
})
