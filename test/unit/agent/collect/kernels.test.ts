/** Whole snapshots of hosts with other kernels: a row is a kernel, what it tells and what it can not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { openLinuxCollector } from '../../../../agent/collect/snapshot.ts'
import { type Snapshot, snapshotSchema } from '../../../../core/snapshot.ts'
import { type FixtureHost, fixtureHost, handClock, type Kernel, kernels } from './fixture.ts'

const intervalMs = 10_000
const gib = 1024 ** 3
const stats = { type: 1, bsize: 4_096, frsize: 4_096, blocks: 1_000, bfree: 400, bavail: 300, files: 200, ffree: 50 }

/** Ten seconds apart, in which nothing happened. */
async function twoSnapshots(host: FixtureHost): Promise<[Snapshot, Snapshot]> {
  const clock = handClock()
  const fileSystems = { now: () => stats, later: async () => stats }
  const collector = openLinuxCollector({ clock, topProcesses: 5, roots: host.roots, fileSystems })
  const first = await collector.collect({ intervalMs })
  clock.advance(10_000)
  const second = await collector.collect({ intervalMs })
  collector.close()
  return [first, second]
}

const noPressure = ['cpu.pressure', 'memory.pressure', 'ioPressure']

const rows: Record<Kernel, { missing: string[]; absent: string[]; told: object }> = {
  'linux-3.10': {
    missing: ['memory.availableBytes', ...noPressure],
    absent: ['memory.usedPercent'],
    told: {
      cpu: { load1: 0.52, cgroupLimitCores: 0.2, cgroupUsedCores: 0 },
      memory: { swapInBytesPerSecond: 0, cgroupLimitBytes: 128 * 1024 ** 2, cgroupUsedBytes: 60 * 1024 ** 2 },
      disks: [{ mount: '/' }, { mount: '/boot' }, { mount: '/srv', fsType: 'nfs4' }],
      diskIo: [{ device: 'sda' }, { device: 'dm-0' }, { device: 'dm-1' }],
      interfaces: [{ name: 'eth0' }],
      connections: { tcpListen: 5, tcpEstablished: 6, tcpInUse: 12, tcpTimeWait: 3, udpInUse: 6 },
      openFiles: { used: 1_536, limit: 385_286 },
      sensors: [
        { name: 'coretemp Core 0', celsius: 43 },
        { name: 'coretemp Core 1', celsius: 44 },
      ],
    },
  },
  'linux-4.19': {
    missing: noPressure,
    absent: ['memory.swapUsedPercent', 'memory.swapInBytesPerSecond', 'openFiles.limit', 'sensors'],
    told: {
      cpu: { cgroupLimitCores: 0.5, cgroupUsedCores: 0 },
      memory: { availableBytes: 312_044 * 1024, cgroupLimitBytes: gib / 4, cgroupUsedBytes: 70 * 1024 ** 2 },
      disks: [{ mount: '/', fsType: 'overlay' }, { mount: '/data' }],
      diskIo: [{ device: 'sda' }, { device: 'nvme0n1' }],
      interfaces: [{ name: 'ens5' }],
      connections: { tcpListen: 1, tcpEstablished: 1, tcpInUse: 2 },
    },
  },
  'linux-5.10': {
    missing: [],
    absent: ['cpu.pressure.full10Percent'],
    told: {
      cpu: { pressure: { some10Percent: 17.31 }, cgroupLimitCores: 0.5, cgroupUsedCores: 0 },
      memory: { cgroupLimitBytes: 96 * 1024 ** 2 },
      disks: [{ mount: '/' }, { mount: '/data', fsType: 'ext4' }],
      diskIo: [{ device: 'vda' }, { device: 'vdb' }, { device: 'nvme0n1' }],
      connections: { tcpListen: 3, tcpEstablished: 0, tcpTimeWait: 1 },
      openFiles: { used: 0, limit: 45_857 },
      sensors: [{ name: 'nvme Composite', celsius: 49.85 }],
    },
  },
  'linux-6.1': {
    missing: [],
    absent: [],
    told: {
      cpu: { pressure: { some10Percent: 41.03, full10Percent: 0 }, cgroupLimitCores: 0.5, cgroupUsedCores: 0 },
      memory: { cgroupLimitBytes: 96 * 1024 ** 2 },
      connections: { tcpListen: 3, tcpEstablished: 0, tcpTimeWait: 1 },
      sensors: [{ name: 'nvme Composite', celsius: 49.85 }],
    },
  },
  'linux-6.18': {
    missing: [],
    absent: ['sensors', 'cpu.cgroupLimitCores', 'memory.swapUsedPercent'],
    told: { cpu: { pressure: { full10Percent: 0 } }, diskIo: [{ device: 'vda' }], connections: { tcpListen: 1 } },
  },
}

test.each(kernels)('%s: what it has is told, what it lacks is absent and named', async (kernel) => {
  using host = fixtureHost(kernel)
  const { missing, absent, told } = rows[kernel]
  const [first, second] = await twoSnapshots(host)
  expect(second).toMatchObject(told)
  expect(Object.keys(second.unavailable ?? {}).sort()).toEqual([...missing].sort())
  for (const path of absent) expect(second).not.toHaveProperty(path)
  for (const snapshot of [first, second]) expect(v.parse(snapshotSchema, snapshot)).toEqual(snapshot)
  expect(first.diskIo[0]).not.toHaveProperty('readsPerSecond')
  for (const device of second.diskIo) expect(device).toMatchObject({ readsPerSecond: 0, busyPercent: 0 })
  for (const link of second.interfaces) expect(link).toMatchObject({ receivedBytesPerSecond: 0 })
  expect(second.processes).toMatchObject({ forksPerSecond: 0, total: expect.any(Number) })
  expect(second.sinceBootMs).toBeGreaterThan(0)
  expect(second.bootId).toMatch(/^[0-9a-f-]{36}$/)
})

test.each(kernels)(
  '%s: its counters that went back to where they began give no rate, and no negative one',
  async (kernel) => {
    using host = fixtureHost(kernel)
    const clock = handClock()
    const fileSystems = { now: () => stats, later: async () => stats }
    const collector = openLinuxCollector({ clock, topProcesses: 5, roots: host.roots, fileSystems })
    await collector.collect({ intervalMs })
    clock.advance(10_000)
    for (const file of ['stat', 'diskstats', 'net/dev', 'vmstat']) {
      const text = readFileSync(join(host.roots.proc, file), 'utf8')
      // Numbers behind a name are counters; those of 0 can go no further back.
      host.write(`proc/${file}`, text.replace(/(?<=\S+:? .*)\b[1-9]\d*\b/g, '1'))
    }
    const after = await collector.collect({ intervalMs })
    collector.close()
    expect(v.parse(snapshotSchema, after)).toEqual(after)
    expect(after.cpu).not.toHaveProperty('percent')
    expect(after.processes).not.toHaveProperty('forksPerSecond')
    for (const row of [...after.diskIo, ...after.interfaces]) expect(Object.keys(row)).toHaveLength(1)
  },
)

/** What the machine's own tools said when it was captured. */
const toolsOf = (kernel: Kernel) =>
  readFileSync(new URL(`../../../fixtures/proc/${kernel}/tools.txt`, import.meta.url), 'utf8').split('==\n')

test.each(['linux-5.10', 'linux-6.1'] as const)(
  '%s: the figures are those of its own free, netstat and uptime',
  async (kernel) => {
    using host = fixtureHost(kernel)
    const [, , free = '', netstat = '', uptime = ''] = toolsOf(kernel)
    const [, snapshot] = await twoSnapshots(host)
    const [total, , , , , available] = (/^Mem: +(.*)$/m.exec(free)?.[1] ?? '').split(/ +/).map(Number)
    const [swapTotal, swapUsed] = (/^Swap: +(.*)$/m.exec(free)?.[1] ?? '').split(/ +/).map(Number)
    expect(snapshot.memory).toMatchObject({ totalBytes: total, swapTotalBytes: swapTotal, swapUsedBytes: swapUsed })
    // It ran a moment later.
    expect(Math.abs((snapshot.memory.availableBytes ?? 0) - (available ?? 0))).toBeLessThan(4 * 1024 ** 2)
    expect(snapshot.connections.tcpListen).toBe(netstat.match(/LISTEN/g)?.length)
    expect(uptime).toContain(`load average: ${snapshot.cpu.load1?.toFixed(2)}`)
  },
)

test('a container tells its engine, and a host its distribution', async () => {
  using pod = fixtureHost('linux-4.19')
  using host = fixtureHost('linux-3.10')
  const factsOf = async ({ roots }: FixtureHost) => {
    const collector = openLinuxCollector({ clock: handClock(), topProcesses: 1, roots })
    const facts = await collector.facts()
    collector.close()
    return facts
  }
  expect(await factsOf(pod)).toMatchObject({ os: 'Debian GNU/Linux 10 (buster)', virtualisation: 'Kubernetes' })
  expect(await factsOf(host)).toMatchObject({ os: 'CentOS Linux 7 (Core)' })
  expect(await factsOf(host)).not.toHaveProperty('virtualisation')
})
