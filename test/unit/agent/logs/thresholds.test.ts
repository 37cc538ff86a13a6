import { describe, expect, it } from 'vitest'
import { createLocalThresholds } from '../../../../agent/logs/thresholds.ts'
import { makeSnapshot, makeThreshold } from '../../../make.ts'

const cpu = makeThreshold({ windowMs: 600_000 })
const disk = makeThreshold({ id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88, windowMs: 600_000 })

describe('local thresholds', () => {
  it.each([
    ['one sample above', [81], ['above']],
    ['one that is just at the threshold', [80], []],
    ['one that stays above, told once', [81, 90, 99], ['above']],
    ['one that falls below the threshold and is not clear yet', [81, 78, 76], ['above']],
    ['one that is clear again', [81, 75], ['above', 'below']],
    ['one that swings around the threshold', [81, 79, 81, 79, 81], ['above']],
    ['one that crosses, clears and crosses', [81, 70, 81], ['above', 'below', 'above']],
  ])('tell %s', (_, percents, directions) => {
    const thresholds = createLocalThresholds([cpu])
    const crossings = percents.flatMap((cpuPercent) => thresholds.check(makeSnapshot({ cpuPercent })))
    expect(crossings.map(({ direction }) => direction)).toEqual(directions)
  })

  it('know each mount by itself', () => {
    const thresholds = createLocalThresholds([disk])
    const usual = { rule: 'disk', metric: 'disk.percent', direction: 'above', threshold: 90 }
    expect(
      thresholds.check(
        makeSnapshot({
          disks: [
            ['/', 95],
            ['/var', 20],
          ],
        }),
      ),
    ).toEqual([{ ...usual, entity: '/', value: 95 }])
    expect(
      thresholds.check(
        makeSnapshot({
          disks: [
            ['/', 95],
            ['/var', 91],
          ],
        }),
      ),
    ).toEqual([{ ...usual, entity: '/var', value: 91 }])
  })

  it('take a missing value for nothing: neither above nor below', () => {
    const thresholds = createLocalThresholds([cpu])
    thresholds.check(makeSnapshot({ cpuPercent: 99 }))
    expect(thresholds.check(makeSnapshot({ cpu: {} }))).toEqual([])
    expect(thresholds.check(makeSnapshot({ cpuPercent: 10 }))).toHaveLength(1)
  })
})
