/** Snapshots for `vitals top`: an ordinary host, and one whose every name is hostile. */
import fc from 'fast-check'
import type { ProcessSample, Snapshot } from '../../../../core/snapshot.ts'
import { makeSnapshot, startMs } from '../../../make.ts'

const gib = 1024 ** 3
const day = 86_400_000

export const names = ['postgres', 'nginx', 'node', 'redis-server', 'sshd', 'systemd', 'cron', 'java']

export function makeProcesses(count: number): ProcessSample[] {
  return Array.from({ length: count }, (_, index) => ({
    pid: 100 + index,
    ppid: 1,
    name: names[index % names.length] ?? '',
    user: index % 3 === 0 ? 'root' : 'www-data',
    status: index % 5 === 0 ? 'running' : 'sleeping',
    cpuPercent: 100 / (index + 1),
    rssBytes: (index + 1) * 1_000_000,
    threads: (index % 7) + 1,
    openFiles: (index * 37) % 400,
    openFilesLimit: 1_024,
    readBytesPerSecond: (index * 7_919) % 100_000,
    writtenBytesPerSecond: (index * 104_729) % 3_000_000,
    startedAtMs: startMs - index * 3_600_000,
  }))
}

export function makeBusySnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    ...makeSnapshot(),
    sinceBootMs: 3 * day,
    cpu: {
      percent: 61.5,
      userPercent: 40,
      systemPercent: 20,
      iowaitPercent: 10,
      stealPercent: 1.5,
      perCorePercent: [5, 20, 35, 50, 65, 80, 95, 100],
      load1: 5.31,
      load5: 4.2,
      load15: 3.05,
      pressure: { some10Percent: 12.5 },
      cgroupLimitCores: 4,
      cgroupUsedCores: 2.5,
      cgroupThrottledPercent: 3,
    },
    memory: {
      totalBytes: 16 * gib,
      usedBytes: 11 * gib,
      usedPercent: 68.8,
      swapTotalBytes: 2 * gib,
      swapUsedBytes: gib / 2,
      swapUsedPercent: 25,
      pressure: { some10Percent: 0 },
    },
    ioPressure: { some10Percent: 8.1 },
    disks: [
      { mount: '/', usedPercent: 40, freeBytes: 60 * gib },
      { mount: '/var/lib/postgresql', usedPercent: 94.5, freeBytes: 4 * gib },
      { mount: '/boot', usedPercent: 12, freeBytes: gib, readOnly: true },
    ],
    diskIo: [
      { device: 'sda', readBytesPerSecond: 1_000_000, writtenBytesPerSecond: 5_000_000, busyPercent: 42 },
      { device: 'sdb', writtenBytesPerSecond: 48_576 },
    ],
    interfaces: [
      { name: 'eth0', receivedBytesPerSecond: 1_300_000, sentBytesPerSecond: 250_000 },
      { name: 'wg0', receivedBytesPerSecond: 1_000, sentBytesPerSecond: 900 },
    ],
    connections: { tcpEstablished: 214 },
    openFiles: { used: 5_312, limit: 1_000_000 },
    sensors: [
      { name: 'Core 0', celsius: 61 },
      { name: 'nvme', celsius: 44 },
    ],
    processes: { total: 90, threads: 412, byStatus: { running: 2, sleeping: 88 }, top: makeProcesses(60) },
    findings: [
      { check: 'disk', subject: '/var/lib/postgresql', severity: 'warning', message: 'Disk 94.5 % > 90 %' },
      { check: 'queue', severity: 'critical', message: 'the queue stands still' },
    ],
    unavailable: { 'disks:/mnt/nas': 'statfs did not answer in 1000 ms' },
    ...changes,
  }
}

/** Whatever a process, a mount or a user may be called. */
const hostileName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ minLength: 1, maxLength: 200 }),
  fc.constantFrom(
    '\u001b[2J\u001b]0;owned\u0007',
    '\u009b31mred',
    'a\r\nb\tc',
    '\u202eevil\u2066',
    '日本語プロセス名日本語プロセス名',
    '👩‍👩‍👧‍👦🇩🇪❤️',
    `z${'\u0301'.repeat(50)}`,
    'שלום עולם',
    '\ud800',
    '\u3164\u115f\u034f',
  ),
)
const figure = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined })
const percent = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined })

/** Parts of it absent, at the edges, or hostile. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    percent,
    figure,
    cores: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 600 }),
    rows: fc.array(fc.record({ name: hostileName, user: hostileName, figure, pid: fc.nat() }), { maxLength: 40 }),
    mounts: fc.array(hostileName, { maxLength: 20 }),
    interfaces: fc.array(hostileName, { maxLength: 20 }),
    findings: fc.array(fc.record({ check: hostileName, subject: hostileName, message: hostileName }), {
      maxLength: 20,
    }),
    reasons: fc.dictionary(hostileName, hostileName, { maxKeys: 5 }),
  })
  .map(({ percent: share, figure: some, cores, rows, mounts, interfaces, findings, reasons }) => {
    const known = <Value>(value: Value | undefined, name: string) => (value === undefined ? {} : { [name]: value })
    return {
      ...makeSnapshot(),
      cpu: {
        ...known(share, 'userPercent'),
        ...known(share, 'stealPercent'),
        ...known(some, 'load1'),
        perCorePercent: cores,
      },
      memory: { ...known(share, 'usedPercent'), ...known(some, 'usedBytes') },
      disks: mounts.map((mount) => ({ mount, ...known(share, 'usedPercent'), ...known(some, 'freeBytes') })),
      interfaces: interfaces.map((name) => ({ name, ...known(some, 'sentBytesPerSecond') })),
      processes: {
        top: rows.map(({ figure: size, ...row }) => ({
          ...row,
          ...known(size, 'cpuPercent'),
          ...known(size, 'rssBytes'),
        })),
      },
      findings: findings.map((finding) => ({ ...finding, severity: 'warning' as const })),
      unavailable: reasons,
    }
  })
