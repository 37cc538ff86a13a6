import { describe, expect, it } from 'vitest'
import { judge } from '../../../../core/alerts/judge.ts'
import type { ThresholdRule } from '../../../../core/alerts/rule.ts'
import type { WindowSlot } from '../../../../core/alerts/window.ts'
import { makeThreshold } from '../../../make.ts'

const rule = makeThreshold({ windowMs: 600_000 })
const full = (mean: number): WindowSlot[] => [
  [0, mean, 1],
  [590_000, mean, 1],
]

describe('a value held against a rule', () => {
  it.each<[value: number, slots: WindowSlot[], is: string, reason: string]>([
    [91.26, full(91.26), 'breaching', 'CPU 91.3 % > 80 %, mean of 10 min'],
    [80.04, full(80.04), 'breaching', 'CPU 80.04 % > 80 %, mean of 10 min'],
    [99, full(40), 'building', 'CPU 99.0 % > 80 %, not yet over 10 min'],
    [99, [[590_000, 99, 1]], 'building', 'CPU 99.0 % > 80 %, not yet over 10 min'],
    [78, full(78), 'between', 'CPU 78.0 % ≤ 80 %, mean of 10 min'],
    [10, full(75), 'clear', 'CPU 75.0 % ≤ 75 %, mean of 10 min'],
  ])('of %d is %j', (value, slots, is, reason) => {
    expect(judge(rule, { value, slots, atMs: 600_000, intervalMs: 10_000 })).toMatchObject({
      observation: { is },
      reason,
    })
  })

  it('stands by itself where the rule has no window', () => {
    const disk: ThresholdRule = { ...rule, id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88, windowMs: 0 }
    expect(judge(disk, { value: 93, slots: [], atMs: 0, intervalMs: 60_000 })).toMatchObject({
      observation: { is: 'breaching' },
      reason: 'Disk 93.0 % > 90 %',
    })
  })
})
