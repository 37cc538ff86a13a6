import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestIntervalMs, nextStretch, type Stretch, unstretched } from '../../../agent/stretch.ts'

const asked = { intervalMs: 1_000, maxCpuPercent: 2 }

/** The intervals after each of so many snapshots. */
function intervals(costs: readonly number[], allowance = asked): number[] {
  let stretch: Stretch = unstretched(allowance.intervalMs)
  return costs.map((cpuMs) => {
    stretch = nextStretch(stretch, cpuMs, allowance)
    return stretch.intervalMs
  })
}

const times = (count: number, cpuMs: number) => Array.from({ length: count }, () => cpuMs)

describe('the time between snapshots', () => {
  it('stays as asked for while they cost what they may', () => {
    expect(new Set(intervals(times(100, 20)))).toEqual(new Set([1_000]))
  })

  it('is doubled by three in a row that cost too much, and not by a few with a cheap one between them', () => {
    expect(intervals(times(4, 30))).toEqual([1_000, 1_000, 2_000, 2_000])
    expect(new Set(intervals([30, 30, 1, 30, 30, 1, 30, 30]))).toEqual(new Set([1_000]))
  })

  it('is doubled until they cost what they may', () => {
    expect(intervals(times(30, 90)).at(-1)).toBe(8_000)
  })

  it.each([
    ['16 times as long', 1_000, 16_000],
    ['a quarter of an hour', 120_000, longestIntervalMs],
    ['as asked for where that is longer', 3_600_000, 3_600_000],
  ])('is never more than %s', (_, intervalMs, bound) => {
    expect(intervals(times(100, 1e9), { intervalMs, maxCpuPercent: 2 }).at(-1)).toBe(bound)
  })

  it('is halved by ten in a row that would be cheap at half of it, down to what was asked for', () => {
    const after = intervals([...times(6, 70), ...times(9, 1), ...times(1, 1), ...times(10, 1), ...times(50, 1)])
    expect([after[5], after[14], after[15], after[25], after.at(-1)]).toEqual([4_000, 4_000, 2_000, 1_000, 1_000])
  })

  it('does not go to and fro when half of it would be just too short', () => {
    const after = intervals(times(200, 32))
    expect(after.at(-1)).toBe(2_000)
    expect(after.filter((ms, index) => ms !== (after[index - 1] ?? 1_000))).toHaveLength(1)
  })

  it('is as asked for where there is no limit', () => {
    expect(new Set(intervals(times(100, 1e9), { intervalMs: 1_000, maxCpuPercent: 0 }))).toEqual(new Set([1_000]))
  })

  it('is never below what was asked for nor above its bound, whatever they cost', () => {
    const cost = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(cost, { maxLength: 200 }),
        fc.integer({ min: 1_000, max: 86_400_000 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (costs, intervalMs, maxCpuPercent) => {
          const longest = Math.max(intervalMs, Math.min(16 * intervalMs, longestIntervalMs))
          for (const ms of intervals(costs, { intervalMs, maxCpuPercent })) {
            expect(ms).toBeGreaterThanOrEqual(intervalMs)
            expect(ms).toBeLessThanOrEqual(longest)
          }
        },
      ),
    )
  })
})
