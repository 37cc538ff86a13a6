import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hostMetricKinds, hostMetrics, selectKinds } from '../../../core/host-metrics.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { makeSnapshot } from '../../make.ts'

const whole: Snapshot = {
  ...makeSnapshot({
    cpu: { percent: 40, iowaitPercent: 5, userPercent: 30, systemPercent: 10, stealPercent: 0 },
    memory: {
      usedPercent: 50,
      usedBytes: 5,
      availableBytes: 5,
      totalBytes: 10,
      swapUsedPercent: 0,
      swapUsedBytes: 0,
      swapTotalBytes: 10,
    },
    connections: { tcpEstablished: 17, tcpListen: 4, tcpTimeWait: 3, udpInUse: 2 },
    processes: {
      total: 212,
      threads: 400,
      byStatus: { running: 2, sleeping: 210 },
      watches: { 'name:nginx': 2, 'name:gone': 0 },
      top: [
        { pid: 1, name: 'nginx', watch: 'name:nginx', cpuPercent: 3, rssBytes: 10, threads: 1, openFiles: 8 },
        { pid: 2, name: 'nginx', watch: 'name:nginx', cpuPercent: 5, rssBytes: 20, threads: 2, openFiles: 9 },
        { pid: 3, name: 'init', cpuPercent: 1, rssBytes: 1, threads: 1, openFiles: 1 },
      ],
    },
  }),
  disks: [
    {
      mount: '/',
      device: '/dev/sda1',
      fsType: 'ext4',
      usedPercent: 30,
      usedBytes: 3,
      freeBytes: 7,
      totalBytes: 10,
      inodesUsed: 4,
      inodesTotal: 10,
    },
  ],
  diskIo: [
    {
      device: 'sda',
      readBytesPerSecond: 100,
      writtenBytesPerSecond: 200,
      readsPerSecond: 1,
      writesPerSecond: 2,
      busyPercent: 10,
    },
  ],
  interfaces: [
    {
      name: 'eth0',
      receivedBytesPerSecond: 1_000,
      sentBytesPerSecond: 2_000,
      receivedPacketsPerSecond: 3,
      sentPacketsPerSecond: 4,
      receiveErrorsPerSecond: 0,
      sendErrorsPerSecond: 0,
      receiveDropsPerSecond: 0.5,
      sendDropsPerSecond: 0,
    },
  ],
}

const empty: Snapshot = {
  ...makeSnapshot({ disks: [] }),
  cpu: {},
  memory: {},
  disks: [{ mount: '/mnt/nas' }],
  diskIo: [{ device: 'sda' }],
  interfaces: [{ name: 'eth0' }],
  processes: { top: [{ pid: 1, name: 'nginx', watch: 'name:nginx' }] },
}

const host = 'web-1'
const of = (name: string, snapshot = whole) =>
  hostMetrics(host, snapshot, selectKinds([name])).map(({ dimensions: { host: _, ...rest }, value }) => [rest, value])

describe('host metrics', () => {
  it('are a small set unless others are asked for', () => {
    expect(hostMetrics(host, whole, selectKinds(undefined))).toEqual([
      { name: 'cpu_usage_active', unit: 'Percent', dimensions: { host, cpu: 'cpu-total' }, value: 45 },
      { name: 'mem_used_percent', unit: 'Percent', dimensions: { host }, value: 50 },
      { name: 'swap_used_percent', unit: 'Percent', dimensions: { host }, value: 0 },
      {
        name: 'disk_used_percent',
        unit: 'Percent',
        dimensions: { host, path: '/', device: 'sda1', fstype: 'ext4' },
        value: 30,
      },
      { name: 'netstat_tcp_established', unit: 'Count', dimensions: { host }, value: 17 },
      { name: 'processes_total', unit: 'Count', dimensions: { host }, value: 212 },
    ])
  })

  it('have a value each in a snapshot that has all, with the dimensions that the table tells', () => {
    for (const kind of hostMetricKinds) {
      const found = hostMetrics(host, whole, [kind])
      expect([kind.name, found.length]).toEqual([kind.name, expect.toSatisfy((count: number) => count > 0)])
      for (const { dimensions } of found) expect(Object.keys(dimensions)).toEqual(['host', ...kind.dimensions])
    }
  })

  it('are absent, not 0, where the snapshot has nothing', () => {
    expect(hostMetrics(host, empty, hostMetricKinds)).toEqual([])
  })

  it.each([
    ['diskio_read_bytes', { name: 'sda' }, 6_000],
    ['diskio_reads', { name: 'sda' }, 60],
    ['diskio_io_time', { name: 'sda' }, 6_000],
    ['net_bytes_recv', { interface: 'eth0' }, 60_000],
    ['net_drop_in', { interface: 'eth0' }, 30],
  ])('%s is what came in the interval, as the CloudWatch agent tells it', (name, dimensions, value) => {
    expect(of(name)).toEqual([[dimensions, value]])
  })

  it('count processes that a watch lost as none', () => {
    expect(of('procstat_lookup_pid_count')).toEqual([
      [{ watch: 'name:nginx' }, 2],
      [{ watch: 'name:gone' }, 0],
    ])
  })

  it('have a value for each watched process, and none of the others', () => {
    const dimensions = { watch: 'name:nginx', process_name: 'nginx' }
    expect(of('procstat_memory_rss')).toEqual([
      [dimensions, 10],
      [dimensions, 20],
    ])
  })

  it('have no status that nobody is in, but a 0 for one that could be read', () => {
    expect(of('processes_zombies')).toEqual([[{}, 0]])
    expect(of('processes_zombies', { ...whole, processes: { top: [] } })).toEqual([])
  })

  it.each([
    ['with time spent waiting for I/O', { percent: 40, iowaitPercent: 5 }, 45],
    ['never more than all of it', { percent: 98, iowaitPercent: 2.0001 }, 100],
    ['alone where waiting is not known', { percent: 40 }, 40],
  ])('count the CPU as active %s', (_, cpu, value) => {
    expect(of('cpu_usage_active', { ...empty, cpu })).toEqual([[{ cpu: 'cpu-total' }, value]])
  })

  it('stand in docs/cloudwatch.md, each with its unit, dimensions and source', () => {
    const rows = readFileSync('docs/cloudwatch.md', 'utf8').match(/^\| `[a-z_]+`.*$/gm)
    expect(rows).toEqual(
      hostMetricKinds.map(({ name, unit, dimensions, ours, isDefault }) => {
        const besides = dimensions.map((dimension) => `\`${dimension}\``).join(', ')
        return `| \`${name}\` | ${unit} | ${besides} | ${ours} | ${isDefault ? 'yes' : ''} |`
      }),
    )
  })
})
