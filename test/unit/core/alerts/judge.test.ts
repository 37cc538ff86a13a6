import { describe, expect, it } from 'vitest'
import { type Judged, judge } from '../../../../core/alerts/judge.ts'
import type { Observation } from '../../../../core/alerts/lifecycle.ts'
import { thresholdReason, utcTime } from '../../../../core/alerts/reason.ts'
import type { ThresholdRule } from '../../../../core/alerts/rule.ts'
import { makeThreshold, startMs } from '../../../make.ts'

const rule = makeThreshold({ windowMs: 600_000 })

function judged(of: ThresholdRule, { since, ...one }: Partial<Judged> & { value: number; since?: string }) {
  const full: Judged = { sample: one.value, isCovered: true, ...one }
  const { observation, breaching } = judge(of, full)
  const { value, sample } = full
  return { observation, reason: thresholdReason(of, { observation, value, sample, breaching, since }) }
}

describe('a value held against a rule', () => {
  it.each<[sample: number, mean: number, isCovered: boolean, is: Observation['is'], reason: string]>([
    [91.26, 91.26, true, 'breaching', 'CPU 91.3 % > 80 %, mean of 10 min'],
    [80.04, 80.04, true, 'breaching', 'CPU 80.04 % > 80 %, mean of 10 min'],
    [99, 40, true, 'building', 'CPU 99.0 % > 80 %, not yet over 10 min'],
    [99, 99, false, 'building', 'CPU 99.0 % > 80 %, not yet over 10 min'],
    [78, 78, true, 'between', 'CPU 78.0 % ≤ 80 %, mean of 10 min'],
    [10, 75, true, 'clear', 'CPU 75.0 % ≤ 75 %, mean of 10 min'],
  ])('of %d, on the mean %d, is that', (sample, value, isCovered, is, reason) => {
    expect(judged(rule, { sample, value, isCovered })).toEqual({ observation: { is }, reason })
  })

  it('stands by itself where the rule has no window', () => {
    const disk = makeThreshold({ id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88 })
    expect(judged(disk, { value: 93 })).toMatchObject({
      observation: { is: 'breaching' },
      reason: 'Disk 93.0 % > 90 %',
    })
  })

  it.each<[ThresholdRule['op'], value: number, is: Observation['is'], reason: string]>([
    ['>=', 80, 'breaching', 'CPU 80.0 % ≥ 80 %'],
    ['<', 5, 'breaching', 'CPU 5.0 % < 80 %'],
    ['<', 82, 'between', 'CPU 82.0 % ≥ 80 %'],
    ['<', 85, 'clear', 'CPU 85.0 % ≥ 85 %'],
    ['<=', 80, 'breaching', 'CPU 80.0 % ≤ 80 %'],
  ])('is bad where it is %s the threshold: %d', (op, value, is, expected) => {
    const { observation, reason } = judged(makeThreshold({ op, clear: op.startsWith('<') ? 85 : 75 }), { value })
    expect(observation.is).toBe(is)
    expect(reason.replace('80.000', '80.0')).toBe(expected)
  })

  it('says how many of the last datapoints breach, and since when', () => {
    const some = makeThreshold({ datapoints: { breaching: 4, of: 5 } })
    const found = judged(some, { value: 91.3, datapoints: [85, 70, 82, 88, 91.3], since: '03:02Z' })
    expect(found).toEqual({
      observation: { is: 'breaching' },
      reason: 'CPU 91.3 % > 80 % in 4 of 5 datapoints since 03:02Z',
    })
    expect(judged(some, { value: 91.3, datapoints: [70, 70, 82, 88, 91.3] })).toEqual({
      observation: { is: 'building' },
      reason: 'CPU 91.3 % > 80 %, not yet in 4 of 5 datapoints but in 3',
    })
  })

  it('is clear once too few datapoints are left that are not clear', () => {
    const some = makeThreshold({ datapoints: { breaching: 2, of: 3 } })
    expect(judged(some, { value: 10, datapoints: [90, 90, 10] }).observation.is).toBe('breaching')
    expect(judged(some, { value: 10, datapoints: [90, 78, 10] }).observation.is).toBe('between')
    expect(judged(some, { value: 10, datapoints: [90, 10, 10] }).observation.is).toBe('clear')
  })

  it('is critical beyond the second step, and stays so until it is as far below as the rule clears', () => {
    const steps = makeThreshold({ critical: 95 })
    expect(judged(steps, { value: 96 })).toEqual({
      observation: { is: 'breaching', severity: 'critical' },
      reason: 'CPU 96.0 % > 95 %',
    })
    expect(judged(steps, { value: 92 }).observation).toEqual({ is: 'breaching', still: 'critical' })
    expect(judged(steps, { value: 90 }).observation).toEqual({ is: 'breaching' })
  })

  it('speaks of rates and changes in their own units', () => {
    const written = makeThreshold({
      metric: 'disk.written',
      threshold: 1_048_576,
      clear: 500_000,
      agg: 'max',
      windowMs: 60_000,
    })
    expect(judged(written, { value: 2_097_152 }).reason).toBe('Disk written 2.00 MiB/s > 1.00 MiB/s, highest of 1 min')
    const lost = makeThreshold({ metric: 'agent.dropped', threshold: 0, clear: 0, agg: 'delta', windowMs: 600_000 })
    expect(judged(lost, { value: 12 }).reason).toBe('Snapshots lost by the agent 12 > 0, change in 10 min')
  })
})

it('tells times in UTC, with their day where it is another one', () => {
  expect(utcTime(startMs, startMs + 60_000)).toBe('12:00Z')
  expect(utcTime(startMs, startMs + 86_400_000)).toBe('2026-03-01 12:00Z')
})
