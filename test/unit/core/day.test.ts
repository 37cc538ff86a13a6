import { describe, expect, it } from 'vitest'
import { dayHours, dayPoint, dayStepMs } from '../../../core/day.ts'
import { bucketsOfSamples } from '../../../core/rollup/aggregate.ts'
import { makeSnapshot, minuteMs, startMs } from '../../make.ts'

describe('the last day', () => {
  it('is the 24 hours before the one that it is, and that one', () => {
    const hours = dayHours(startMs + 90 * minuteMs)
    expect(hours).toHaveLength(25)
    expect(hours.at(-1)).toBe(startMs + dayStepMs)
    expect(hours[0]).toBe(startMs - 23 * dayStepMs)
  })

  it('has an hour’s mean of CPU and memory, and of disks that of the fullest', () => {
    const snapshot = (minute: number, cpuPercent: number) => {
      const atMs = startMs + minute * minuteMs
      const disks: [string, number][] = [
        ['/', 30],
        ['/var', 71.26],
      ]
      return { kind: 'sample', host: 'a', atMs, snapshot: makeSnapshot({ atMs, cpuPercent, disks }) } as const
    }
    const [bucket] = bucketsOfSamples([snapshot(0, 10), snapshot(1, 20)], dayStepMs).get('a') ?? []
    if (!bucket) throw new Error('no bucket')
    expect(dayPoint(bucket, 'cpuPercent')).toBe(15)
    expect(dayPoint(bucket, 'memoryPercent')).toBe(20)
    expect(dayPoint(bucket, 'diskPercent')).toBe(71.3)
    expect(dayPoint({ ...bucket, series: {} }, 'diskPercent')).toBeNull()
  })
})
