import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg, totalmem } from 'node:os'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { openCollector } from '../../../../agent/collect/open.ts'
import { openLinuxCollector } from '../../../../agent/collect/snapshot.ts'
import { encodeBatch, parseBatch } from '../../../../core/batch.ts'
import { type Snapshot, snapshotSchema } from '../../../../core/snapshot.ts'
import { fixtureHost, handClock, statLine } from './fixture.ts'

const intervalMs = 60_000

test('the first snapshot has no rates, the second has them, and both are taken by the functions', async () => {
  using host = fixtureHost()
  const clock = handClock()
  const collector = openLinuxCollector({ clock, topProcesses: 5, roots: host.roots })
  const first = await collector.collect({ intervalMs })
  expect(first.cpu).not.toHaveProperty('percent')
  expect(first.diskIo).toEqual([{ device: 'vda' }])
  expect(first.interfaces).toEqual([{ name: 'eth0' }])
  clock.advance(10_000)
  host.write('proc/stat', 'cpu  140000 7000 46000 1043000 12249 0 1069 692 0 0\nbtime 1795415086\n')
  host.write('proc/net/dev', 'x\nx\n  eth0: 999999999999 99999999 10 20 0 0 0 0 999999999999 99999999 0 0 0 0 0 0\n')
  host.write('proc/diskstats', ' 254 0 vda 99999999 0 9999999999 0 99999999 0 9999999999 0 0 99999999 0\n')
  const second = await collector.collect({ intervalMs })
  expect(second.cpu.percent).toBeGreaterThan(0)
  expect(second.diskIo[0]).toMatchObject({ busyPercent: 100, readsPerSecond: expect.any(Number) })
  expect(second.interfaces[0]).toMatchObject({ receivedBytesPerSecond: expect.any(Number) })
  expect(second.observedAtMs - first.observedAtMs).toBe(10_000)
  collector.close()
  expectToBeTaken(first)
  expectToBeTaken(second)
})

test('counters that went back give no rates, and no negative ones', async () => {
  using host = fixtureHost()
  const clock = handClock()
  const collector = openLinuxCollector({ clock, topProcesses: 5, roots: host.roots })
  await collector.collect({ intervalMs })
  clock.advance(10_000)
  host.write('proc/net/dev', 'x\nx\n  eth0: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n')
  host.write('proc/diskstats', ' 254 0 vda 1 0 1 0 1 0 1 0 0 1 0\n')
  host.write('proc/stat', 'cpu  1 1 1 1 1 1 1 1 0 0\nbtime 1795415086\n')
  host.write('proc/1/stat', statLine({ pid: 1, name: 'init', cpuTicks: 0, startTicks: 24 }))
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expect(snapshot.cpu).not.toHaveProperty('percent')
  expect(snapshot.diskIo).toEqual([{ device: 'vda' }])
  expect(snapshot.interfaces[0]).not.toHaveProperty('receivedBytesPerSecond')
  expect(snapshot.processes.top.find(({ pid }) => pid === 1)).not.toHaveProperty('cpuPercent')
  expectToBeTaken(snapshot)
})

test('a host of which nothing can be read still gives a snapshot, with every subject named', async () => {
  using host = fixtureHost()
  for (const part of ['proc', 'sys', 'etc']) host.remove(part)
  const collector = openLinuxCollector({ clock: handClock(), topProcesses: 5, roots: host.roots })
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expect(Object.keys(snapshot.unavailable ?? {})).toEqual(
    expect.arrayContaining(['cpu', 'cpu.load', 'memory', 'disks', 'diskIo', 'interfaces', 'connections', 'processes']),
  )
  expectToBeTaken(snapshot)
})

test('hostile names of mounts, interfaces and processes stay text of a length that is taken', async () => {
  using host = fixtureHost()
  const evil = '<script>alert(1)</script>'
  const long = 'é'.repeat(3_000)
  host.write('proc/self/mountinfo', `1 1 8:1 / / rw - ext4 ${long} rw\n2 1 8:2 / /${long} rw - ext4 ${evil} rw\n`)
  host.write(
    'proc/net/dev',
    `x\nx\n${long}: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n__proto__: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`,
  )
  host.write('proc/1/stat', statLine({ pid: 1, name: evil }))
  host.write('proc/2/stat', statLine({ pid: 2, name: 'é'.repeat(32), state: '_' }))
  host.write('etc/passwd', `${long}:x:0:0::/:/bin/sh\n`)
  const fileSystems = { now: () => stats, later: async () => stats }
  const collector = openLinuxCollector({ clock: handClock(), topProcesses: 5, roots: host.roots, fileSystems })
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expect(snapshot.processes.top.map(({ name }) => name)).toContain(evil)
  expect(snapshot.processes.byStatus).toEqual({ sleeping: 1, unknown: 1 })
  expect(snapshot.disks).toHaveLength(2)
  expectToBeTaken(snapshot)
})

const stats = { type: 1, bsize: 1, frsize: 1, blocks: 9, bfree: 5, bavail: 4, files: 0, ffree: 0 }

test.each([
  [
    'version 2',
    '0::/a/b\n',
    '5 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    'memory.max',
    'memory.current',
    'inactive_file',
  ],
  [
    'version 1',
    '4:memory:/a/b\n0::/\n',
    '5 1 0:9 / /sys/fs/cgroup rw - cgroup cgroup rw,memory\n',
    'memory.limit_in_bytes',
    'memory.usage_in_bytes',
    'total_inactive_file',
  ],
])(
  'the tightest memory limit above the agent is told, control groups of %s',
  async (_, groups, mounts, limit, usage, cache) => {
    using host = fixtureHost()
    host.write('proc/self/cgroup', groups)
    host.write('proc/self/mountinfo', mounts)
    const write = (group: string, limitText: string, used: number) => {
      host.write(`sys/fs/cgroup${group}/${limit}`, `${limitText}\n`)
      host.write(`sys/fs/cgroup${group}/${usage}`, `${used}\n`)
      host.write(`sys/fs/cgroup${group}/memory.stat`, `anon 5\n${cache} 100\n`)
    }
    write('/a', '536870912', 300_100)
    write('/a/b', limit === 'memory.max' ? 'max' : '9223372036854771712', 7)
    const collector = openLinuxCollector({ clock: handClock(), topProcesses: 5, roots: host.roots })
    const { memory } = await collector.collect({ intervalMs })
    collector.close()
    expect(memory).toMatchObject({ cgroupLimitBytes: 536_870_912, cgroupUsedBytes: 300_000 })
  },
)

test('a kernel before 3.14 has no memory available, which is said and not guessed', async () => {
  using host = fixtureHost()
  host.write('proc/meminfo', 'MemTotal: 1000 kB\nMemFree: 10 kB\nSwapTotal: 100 kB\nSwapFree: 75 kB\n')
  const collector = openLinuxCollector({ clock: handClock(), topProcesses: 5, roots: host.roots })
  const { memory, unavailable } = await collector.collect({ intervalMs })
  collector.close()
  expect(memory).toMatchObject({ totalBytes: 1_024_000, swapUsedBytes: 25_600, swapUsedPercent: 25 })
  expect(memory).not.toHaveProperty('usedPercent')
  expect(unavailable?.['memory.availableBytes']).toContain('MemAvailable')
})

test('figures are those of df, the kernel and this very process', async () => {
  const collector = openCollector({ clock: systemClock, topProcesses: 100 })
  await collector.collect({ intervalMs })
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expectToBeTaken(snapshot)
  const [total = 0, used = 0] =
    execFileSync('df', ['-Pk', '/'], { encoding: 'utf8' }).split('\n')[1]?.split(/ +/).slice(1, 3).map(Number) ?? []
  const root = snapshot.disks.find(({ mount }) => mount === '/')
  expect(root?.totalBytes).toBe(total * 1_024)
  expect(Math.abs((root?.usedBytes ?? 0) - used * 1_024)).toBeLessThan(total * 1_024 * 0.01)
  expect(snapshot.memory.totalBytes).toBe(totalmem())
  expect(Math.abs((snapshot.cpu.load1 ?? -9) - (loadavg()[0] ?? 0))).toBeLessThan(0.5)
  const self = snapshot.processes.top.find(({ pid }) => pid === process.pid)
  expect(self?.user).toBe(execFileSync('id', ['-un'], { encoding: 'utf8' }).trim())
  expect(Math.abs((self?.startedAtMs ?? 0) - (Date.now() - process.uptime() * 1_000))).toBeLessThan(2_000)
  expect(self?.openFiles).toBeGreaterThan(3)
})

test('twenty snapshots start no program', async () => {
  const collector = openCollector({ clock: systemClock, topProcesses: 20 })
  const before = faultsOfChildren()
  for (let taken = 0; taken < 20; taken++) await collector.collect({ intervalMs })
  expect(faultsOfChildren()).toBe(before)
  collector.close()
  execFileSync('true')
  expect(faultsOfChildren()).toBeGreaterThan(before)
})

test('the portable collector gives the same shape, and names what it cannot give', { timeout: 60_000 }, async () => {
  const collector = openCollector({ clock: systemClock, topProcesses: 3, platform: 'darwin' })
  const first = await collector.collect({ intervalMs })
  const second = await collector.collect({ intervalMs })
  const facts = await collector.facts()
  collector.close()
  expect(first.cpu).not.toHaveProperty('percent')
  for (const snapshot of [first, second]) {
    expectToBeTaken(snapshot)
    expect(snapshot.memory.totalBytes).toBe(totalmem())
    expect(snapshot.processes.top.length).toBeGreaterThan(0)
    expect(Object.keys(snapshot.unavailable ?? {})).toContain('processes.openFiles')
  }
  expect(facts.arch).toBe(process.arch)
})

test('facts name the system, its kernel and its cores', { timeout: 30_000 }, async () => {
  using host = fixtureHost()
  host.write('etc/os-release', 'NAME=x\nPRETTY_NAME="Some \\"quoted\\" Linux 12"\n')
  const collector = openLinuxCollector({ clock: systemClock, topProcesses: 1, roots: host.roots })
  const facts = await collector.facts()
  collector.close()
  expect(facts).toMatchObject({ os: 'Some "quoted" Linux 12', arch: process.arch, cores: expect.any(Number) })
})

/** Page faults of children that have ended: the shortest program has some. */
function faultsOfChildren(): number {
  return Number(readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ')[8])
}

/** By the batch's own parser, after the way over JSON. */
function expectToBeTaken(snapshot: Snapshot): void {
  expect(v.parse(snapshotSchema, JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot)
  const header = {
    kind: 'batch',
    v: 1,
    host: 'h',
    stream: '0123456789abcdef',
    seq: 1,
    agentVersion: '1',
    shipEveryMs: 1,
    facts: {},
  } as const
  expect(parseBatch(encodeBatch({ header, records: [snapshot] }))).toMatchObject({ ok: true })
}
