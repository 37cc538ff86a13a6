import { describe, expect, it } from 'vitest'
import { dayHours, dayPoints, dayStepMs } from '../../../core/day.ts'
import { bucketsOfSamples } from '../../buckets-of-samples.ts'
import { historiesOf } from '../../histories.ts'
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
    const samples = [snapshot(0, 10), snapshot(1, 20), snapshot(61, 40)]
    const history = historiesOf(bucketsOfSamples(samples, dayStepMs), '1h').get('a')
    if (!history) throw new Error('no history')
    const inHours = (first: number, second: number) =>
      new Map([
        [startMs, first],
        [startMs + dayStepMs, second],
      ])
    expect(dayPoints(history, 'cpuPercent')).toEqual(inHours(15, 40))
    expect(dayPoints(history, 'memoryPercent')).toEqual(inHours(20, 20))
    expect(dayPoints(history, 'diskPercent')).toEqual(inHours(71.3, 71.3))
    expect(dayPoints({ ...history, series: new Map() }, 'diskPercent')).toEqual(new Map())
  })
})
