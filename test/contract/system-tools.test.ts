/**
 * The figures of this very machine beside those of its own tools. Others work on it meanwhile: what moves is read before and
 * after the tool, and rates are held between what the tool counted inside and outside of the two snapshots.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../adapters/clock/system.ts'
import { openLinuxCollector } from '../../agent/collect/snapshot.ts'
import type { Snapshot } from '../../core/snapshot.ts'

const intervalMs = 60_000
const mib = 1024 ** 2
const packageOf = {
  df: 'coreutils',
  nproc: 'coreutils',
  free: 'procps',
  vmstat: 'procps',
  uptime: 'procps',
  ss: 'iproute2',
  ip: 'iproute2',
}

function tool(name: keyof typeof packageOf, ...args: string[]): string {
  try {
    return execFileSync(name, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`${name} is not on this machine: apt-get install ${packageOf[name]}`, { cause: error })
  }
}

async function snapshot(): Promise<Snapshot> {
  const collector = openLinuxCollector({ clock: systemClock, topProcesses: 1 })
  try {
    return await collector.collect({ intervalMs })
  } finally {
    collector.close()
  }
}

/** `df`'s row of a mount, its numbers only. */
function dfRow(flags: string, mount: string): number[] {
  const [, row = ''] = tool('df', flags, mount).trim().split('\n')
  return (/(\d+) +(\d+) +(\d+) +(\d+)% [^%]*$/.exec(row) ?? []).slice(1).map(Number)
}

test('disks are as full as df says, and have as many inodes', async () => {
  const { disks } = await snapshot()
  expect(disks.length).toBeGreaterThan(0)
  for (const disk of disks) {
    const [total = 0, used = 0, free = 0, percent = 0] = dfRow('-Pk', disk.mount)
    expect(disk.totalBytes).toBe(total * 1024)
    expect(Math.abs((disk.usedBytes ?? 0) - used * 1024)).toBeLessThan(512 * mib)
    expect(Math.abs((disk.freeBytes ?? 0) - free * 1024)).toBeLessThan(512 * mib)
    // df rounds up.
    expect(Math.abs((disk.usedPercent ?? 0) - percent)).toBeLessThan(2)
    const [inodes = 0, inodesUsed = 0] = dfRow('-Pi', disk.mount)
    expect(disk.inodesTotal ?? 0).toBe(inodes)
    expect(Math.abs((disk.inodesUsed ?? 0) - inodesUsed)).toBeLessThan(20_000)
  }
})

test('memory and swap are those of free', async () => {
  const before = await snapshot()
  const text = tool('free', '-b')
  const after = await snapshot()
  const [total, , , , , available = 0] = (/^Mem: +(.*)$/m.exec(text)?.[1] ?? '').split(/ +/).map(Number)
  const [swapTotal, swapUsed = 0] = (/^Swap: +(.*)$/m.exec(text)?.[1] ?? '').split(/ +/).map(Number)
  expect(before.memory).toMatchObject({ totalBytes: total, swapTotalBytes: swapTotal })
  const between = [before.memory.availableBytes ?? 0, after.memory.availableBytes ?? 0]
  expect(available).toBeGreaterThan(Math.min(...between) - 128 * mib)
  expect(available).toBeLessThan(Math.max(...between) + 128 * mib)
  expect(Math.abs((before.memory.swapUsedBytes ?? 0) - swapUsed)).toBeLessThan(64 * mib)
})

test('cores are those of nproc, load and the time since boot those of uptime', async () => {
  const collector = openLinuxCollector({ clock: systemClock, topProcesses: 1 })
  const { cores } = await collector.facts()
  await collector.collect({ intervalMs })
  await systemClock.sleep(50)
  const { cpu, observedAtMs, sinceBootMs = Number.NaN } = await collector.collect({ intervalMs })
  collector.close()
  const nproc = Number(tool('nproc', '--all'))
  expect(cores).toBe(nproc)
  expect(cpu.perCorePercent ?? []).toHaveLength(nproc)
  const bootedAtMs = Date.parse(`${tool('uptime', '-s').trim().replace(' ', 'T')}Z`)
  expect(Math.abs(observedAtMs - sinceBootMs - bootedAtMs)).toBeLessThan(2_500)
  const load1 = Number(/load average: ([0-9.]+)/.exec(tool('uptime'))?.[1])
  expect(Math.abs((cpu.load1 ?? Number.NaN) - load1)).toBeLessThan(0.5)
})

test('sockets are those of ss', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    // Others open and close sockets: until two readings agree, nobody knows what the tool between them should have said.
    for (let attempt = 1; ; attempt++) {
      const { connections: before } = await snapshot()
      const listening = tool('ss', '-Htln').trim().split('\n').length
      const sums = tool('ss', '-s')
      const { connections: after } = await snapshot()
      if (attempt < 50 && JSON.stringify(before) !== JSON.stringify(after)) continue
      const [, established, orphaned, timeWait] =
        /^TCP: +\d+ \(estab (\d+), closed \d+, orphaned (\d+), timewait (\d+)/m.exec(sums)?.map(Number) ?? []
      expect(before).toMatchObject({
        tcpListen: listening,
        tcpEstablished: established,
        tcpOrphaned: orphaned,
        tcpTimeWait: timeWait,
      })
      break
    }
  } finally {
    server.close()
  }
})

test('open files of the system are those that the kernel counts', async () => {
  const [used = Number.NaN, , limit = Number.NaN] = execFileSync('cat', ['/proc/sys/fs/file-nr'], { encoding: 'utf8' })
    .split('\t')
    .map(Number)
  const { openFiles } = await snapshot()
  expect(Math.abs((openFiles?.used ?? Number.NaN) - used)).toBeLessThan(2_000)
  expect(openFiles?.limit).toBe(Number.isSafeInteger(limit) ? limit : undefined)
})

/** What each tool has counted since boot. */
interface Counted {
  forks: number
  /** By device. */
  readBytes: Map<string, number>
  writtenBytes: Map<string, number>
  /** By interface. */
  receivedBytes: Map<string, number>
  sentBytes: Map<string, number>
}

function count(): Counted {
  const diskRows = tool('vmstat', '-d', '-n', '-w').trim().split('\n').slice(2)
  const disks = diskRows.map((row) => row.trim().split(/ +/))
  const links: { ifname: string; stats64: { rx: { bytes: number }; tx: { bytes: number } } }[] = JSON.parse(
    tool('ip', '-json', '-stats', 'link'),
  )
  return {
    forks: Number(/(\d+) forks/.exec(tool('vmstat', '-s'))?.[1]),
    readBytes: new Map(disks.map(([device = '', , , sectors]) => [device, Number(sectors) * 512])),
    writtenBytes: new Map(disks.map(([device = '', , , , , , , sectors]) => [device, Number(sectors) * 512])),
    receivedBytes: new Map(links.map(({ ifname, stats64 }) => [ifname, stats64.rx.bytes])),
    sentBytes: new Map(links.map(({ ifname, stats64 }) => [ifname, stats64.tx.bytes])),
  }
}

test('rates lie between what vmstat and ip count inside and outside of the two snapshots', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vitals-rates-'))
  const collector = openLinuxCollector({ clock: systemClock, topProcesses: 1 })
  try {
    const outerBefore = count()
    const startMs = systemClock.monotonicMs()
    await collector.collect({ intervalMs })
    const startedMs = systemClock.monotonicMs()
    const innerBefore = count()
    for (let started = 0; started < 20; started++) execFileSync('true')
    writeToDisk(join(directory, 'some'), 8 * mib)
    const innerAfter = count()
    const endingMs = systemClock.monotonicMs()
    const { processes, diskIo, interfaces } = await collector.collect({ intervalMs })
    const endMs = systemClock.monotonicMs()
    const outerAfter = count()

    /** A rate over a time that is known to some milliseconds, and rounded. */
    const isBetween = (what: string, rate: number | undefined, inner: number, outer: number) => {
      expect(rate, what).toBeGreaterThanOrEqual((inner * 1_000) / (endMs - startMs) - 1)
      expect(rate, what).toBeLessThanOrEqual((outer * 1_000) / Math.max(1, endingMs - startedMs) + 1)
    }
    const grown = (which: Exclude<keyof Counted, 'forks'>, name: string) =>
      [
        (innerAfter[which].get(name) ?? 0) - (innerBefore[which].get(name) ?? 0),
        (outerAfter[which].get(name) ?? 0) - (outerBefore[which].get(name) ?? 0),
      ] as const
    expect(innerAfter.forks - innerBefore.forks).toBeGreaterThanOrEqual(20)
    isBetween(
      'forks',
      processes.forksPerSecond,
      innerAfter.forks - innerBefore.forks,
      outerAfter.forks - outerBefore.forks,
    )
    for (const { device, readBytesPerSecond, writtenBytesPerSecond } of diskIo) {
      isBetween(`${device} read`, readBytesPerSecond, ...grown('readBytes', device))
      isBetween(`${device} written`, writtenBytesPerSecond, ...grown('writtenBytes', device))
    }
    for (const { name, receivedBytesPerSecond, sentBytesPerSecond } of interfaces) {
      isBetween(`${name} received`, receivedBytesPerSecond, ...grown('receivedBytes', name))
      isBetween(`${name} sent`, sentBytesPerSecond, ...grown('sentBytes', name))
    }
  } finally {
    collector.close()
    rmSync(directory, { recursive: true })
  }
})

function writeToDisk(path: string, bytes: number): void {
  const fd = openSync(path, 'w')
  writeSync(fd, Buffer.alloc(bytes, 1))
  fsyncSync(fd)
  closeSync(fd)
}
