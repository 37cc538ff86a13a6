import { describe, expect, it } from 'vitest'
import type { Aggregation } from '../../../../core/alerts/rule.ts'
import {
  type RuleMetricId,
  rangeOfRule,
  ruleMetricById,
  ruleMetricIds,
  unitOfRule,
} from '../../../../core/alerts/rule-metrics.ts'
import { makeSnapshot } from '../../../make.ts'

const top = [
  { pid: 1, name: 'nginx', cpuPercent: 40, rssBytes: 1_000, threads: 2, openFiles: 90, openFilesLimit: 100 },
  { pid: 2, name: 'nginx', cpuPercent: 90, rssBytes: 3_000, threads: 1, openFiles: 10, openFilesLimit: 100 },
  { pid: 3, name: 'cron' },
]
const snapshot = makeSnapshot({
  cpu: { load1: 3, perCorePercent: [20, 100], pressure: { some60Percent: 7 } },
  processes: { byStatus: { sleeping: 3 }, watches: { 'name:nginx': 2, 'name:redis': 0 }, top },
  openFiles: { used: 50, limit: 200 },
  sensors: [{ name: 'nvme', celsius: 61 }],
  interfaces: [{ name: 'eth0', receiveErrorsPerSecond: 1, sendErrorsPerSecond: 0.5 }],
  agent: { droppedSnapshots: 4, clockOffsetMs: -12 },
})
const read = (id: RuleMetricId) => ruleMetricById(id).read(snapshot)

describe('the metrics that only rules use', () => {
  it.each<[RuleMetricId, [string, number][]]>([
    [
      'core.percent',
      [
        ['0', 20],
        ['1', 100],
      ],
    ],
    ['load.perCore', [['', 1.5]]],
    ['pressure.cpu', [['', 7]]],
    ['pressure.io', []],
    ['process.cpu', [['nginx', 130]]],
    ['process.memory', [['nginx', 4_000]]],
    ['process.threads', [['nginx', 3]]],
    ['process.openFiles', [['nginx', 90]]],
    ['process.openFilesPercent', [['nginx', 90]]],
    [
      'process.count',
      [
        ['name:nginx', 2],
        ['name:redis', 0],
      ],
    ],
    ['processes.zombies', [['', 0]]],
    ['openFiles.percent', [['', 25]]],
    ['sensor.celsius', [['nvme', 61]]],
    ['net.errors', [['eth0', 1.5]]],
    ['net.drops', []],
    ['agent.dropped', [['', 4]]],
    ['clock.offset', [['', -12]]],
  ])('%s are %j', (id, values) => {
    expect(read(id)).toEqual(values)
  })

  it('say of each file system whether it takes writes', () => {
    const disks = [
      { mount: '/', usedPercent: 30 },
      { mount: '/var', readOnly: true },
    ]
    expect(ruleMetricById('disk.readOnly').read({ ...snapshot, disks })).toEqual([
      ['/', 0],
      ['/var', 1],
    ])
  })

  it('have names that nothing else has', () => {
    expect(new Set(ruleMetricIds).size).toBe(ruleMetricIds.length)
  })
})

const endless = Number.POSITIVE_INFINITY

it.each<[RuleMetricId, Aggregation, number, number]>([
  ['cpu.percent', 'avg', 0, 100],
  ['cpu.percent', 'delta', -100, 100],
  ['cpu.percent', 'rate', -endless, endless],
  ['disk.readOnly', 'max', 0, 1],
  ['process.cpu', 'avg', 0, endless],
  ['memory.available', 'min', 0, endless],
  ['sensor.celsius', 'avg', -endless, endless],
])('%s (%s) lies between %d and %d', (metric, agg, lowest, highest) => {
  expect(rangeOfRule({ metric, agg })).toEqual({ lowest, highest })
})

it.each<[RuleMetricId, Aggregation, string]>([
  ['disk.free', 'avg', 'B'],
  ['disk.free', 'delta', 'B'],
  ['disk.free', 'rate', 'B/s'],
  ['processes.total', 'rate', '/s'],
])('%s (%s) is in %s', (metric, agg, unit) => {
  expect(unitOfRule({ metric, agg })).toBe(unit)
})
