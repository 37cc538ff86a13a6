import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { type RuleMetricId, ruleMetricById, ruleMetricIds } from '../../../../core/alerts/rule-metrics.ts'
import { snapshotOf } from '../../../../core/rule-test/snapshot.ts'
import { snapshotSchema } from '../../../../core/snapshot.ts'
import { makeSnapshot } from '../../../make.ts'

const at = { atMs: 1_000, intervalMs: 60_000 }
const entityOf = (metric: RuleMetricId) => {
  const { per } = ruleMetricById(metric)
  return per === undefined ? '' : per === 'core' ? '0' : 'a'
}

describe('a snapshot of given values', () => {
  it.each(ruleMetricIds)('has of %s the value that was given', (metric) => {
    const entity = entityOf(metric)
    const snapshot = snapshotOf([{ metric, entity, value: 1 }], at)
    expect(ruleMetricById(metric).read(snapshot)).toEqual([[entity, 1]])
    expect(v.is(snapshotSchema, snapshot)).toBe(true)
  })

  it.each(ruleMetricIds)('has of %s the value that was given, whatever the host had sent', (metric) => {
    const entity = entityOf(metric)
    const name = 'a'
    const base = makeSnapshot({
      cpu: { perCorePercent: [50, 60], load1: 9 },
      disks: [['a', 30]],
      interfaces: [
        { name, sendErrorsPerSecond: 5, sendDropsPerSecond: 5, receiveErrorsPerSecond: 1, receiveDropsPerSecond: 1 },
      ],
      sensors: [{ name, celsius: 80 }],
      processes: {
        top: [1, 2, 3].map((pid) => ({
          pid,
          name,
          cpuPercent: 9,
          rssBytes: 9,
          threads: 9,
          openFiles: 9,
          openFilesLimit: 9,
        })),
      },
    })
    const snapshot = snapshotOf([{ metric, entity, value: 1 }], { ...at, base })
    expect(new Map(ruleMetricById(metric).read(snapshot)).get(entity)).toBe(1)
    expect(v.is(snapshotSchema, snapshot)).toBe(true)
  })

  it('has several of a row, and rows of several', () => {
    const snapshot = snapshotOf(
      [
        { metric: 'disk.percent', entity: '/', value: 10 },
        { metric: 'disk.inodes', entity: '/', value: 20 },
        { metric: 'disk.percent', entity: '/var', value: 30 },
        { metric: 'core.percent', entity: '1', value: 40 },
      ],
      at,
    )
    expect(snapshot.disks).toEqual([
      { mount: '/', usedPercent: 10, inodesUsedPercent: 20 },
      { mount: '/var', usedPercent: 30 },
    ])
    expect(snapshot.cpu.perCorePercent).toEqual([0, 40])
  })
})
