import { describe, expect, it } from 'vitest'
import { hostMetrics } from '../../../core/host-metrics.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { makeSnapshot } from '../../make.ts'

const whole: Snapshot = makeSnapshot({
  cpu: { percent: 40, iowaitPercent: 5 },
  memory: { usedPercent: 50, swapUsedPercent: 0 },
  disks: [
    ['/', 30],
    ['/data', 60],
  ],
  processes: { total: 212, top: [] },
  connections: { tcpEstablished: 17 },
})

const empty: Snapshot = {
  ...makeSnapshot({ disks: [] }),
  cpu: {},
  memory: {},
  disks: [{ mount: '/mnt/nas' }],
  processes: { top: [] },
}

describe('host metrics', () => {
  it('have the names, units and dimensions of the CloudWatch agent', () => {
    const host = 'web-1'
    expect(hostMetrics(host, whole)).toEqual([
      { name: 'cpu_usage_active', unit: 'Percent', dimensions: { host }, value: 45 },
      { name: 'mem_used_percent', unit: 'Percent', dimensions: { host }, value: 50 },
      { name: 'swap_used_percent', unit: 'Percent', dimensions: { host }, value: 0 },
      { name: 'disk_used_percent', unit: 'Percent', dimensions: { host, path: '/' }, value: 30 },
      { name: 'disk_used_percent', unit: 'Percent', dimensions: { host, path: '/data' }, value: 60 },
      { name: 'processes_total', unit: 'Count', dimensions: { host }, value: 212 },
      { name: 'netstat_tcp_established', unit: 'Count', dimensions: { host }, value: 17 },
    ])
  })

  it('are absent, not 0, where the snapshot has nothing', () => {
    expect(hostMetrics('web-1', empty)).toEqual([])
  })

  it.each([
    ['with time spent waiting for I/O', { percent: 40, iowaitPercent: 5 }, 45],
    ['never more than all of it', { percent: 98, iowaitPercent: 2.0001 }, 100],
    ['alone where waiting is not known', { percent: 40 }, 40],
  ])('count the CPU as active %s', (_, cpu, value) => {
    expect(hostMetrics('web-1', { ...empty, cpu }).map((metric) => metric.value)).toEqual([value])
  })

  it('have no CPU where only the waiting is known', () => {
    expect(hostMetrics('web-1', { ...empty, cpu: { iowaitPercent: 5 } })).toEqual([])
  })
})
