/**
 * A busy host, made up from a seed, with every field that an agent fills by default: four cores, four mounts on two
 * devices, three interfaces, eleven processes. Whatever moves on such a host moves here by a walk of its own, so that no
 * compressor finds what a real one would not have either.
 */
import type { ProcessSample, Snapshot } from '../core/snapshot.ts'
import { mulberry32 } from './random.ts'

export interface BusyHost {
  /** The next snapshot; CPU and memory are of all, 0 to 100. */
  next(moment: { atMs: number; cpuPercent: number; memoryPercent: number; varUsedPercent: number }): Snapshot
}

const startedAtMs = 1_700_000_000_000
const pageBytes = 4_096
const cores = 4
const gibibyte = 1024 ** 3

const programs = [
  ['postgres', 'postgres'],
  ['java', 'kafka'],
  ['node', 'app'],
  ['nginx', 'www-data'],
  ['redis-server', 'redis'],
  ['dockerd', 'root'],
  ['containerd', 'root'],
  ['python3', 'app'],
  ['postgres', 'postgres'],
  ['node', 'app'],
] as const

export function createBusyHost({ seed, intervalMs }: { seed: number; intervalMs: number }): BusyHost {
  const random = mulberry32(seed)
  const walk = (value: number, step: number, [min, max]: [number, number]) =>
    Math.min(max, Math.max(min, value + (random() - 0.5) * step))
  const rate = (mean: number) => significant(mean * (0.5 + random()))
  const whole = (mean: number) => Math.round(significant(mean * (0.9 + random() * 0.2), 4))
  const pressure = (mean: number) => ({
    some10Percent: significant(mean * random() * 2),
    some60Percent: significant(mean * (0.7 + random() * 0.6)),
    full10Percent: 0,
    full60Percent: 0,
  })
  const rows = programs.map(([name, user], rank) => ({
    pid: 700 + rank * 61,
    name,
    user,
    share: 0.3 / (rank + 1),
    rssPages: Math.round(200_000 / (rank + 1)),
    threads: 1 + Math.floor(random() * 24),
    openFiles: 12 + Math.floor(random() * 90),
  }))
  const inodes = [310_000, 420_000, 18_000, 960_000]
  let rootUsed = 21e9
  let lastPushAtMs = 0

  const processes = (cpuPercent: number): ProcessSample[] =>
    rows
      .map((row, rank): ProcessSample => {
        row.share = walk(row.share, 0.06, [0, 0.6])
        if (random() < 0.6) row.rssPages = Math.round(walk(row.rssPages, row.rssPages / 50, [500, 1e6]))
        if (random() < 0.3) row.threads = Math.round(walk(row.threads, 4, [1, 64]))
        if (random() < 0.5) row.openFiles = Math.round(walk(row.openFiles, 8, [6, 900]))
        const storage = rank < 4
        return {
          pid: row.pid,
          name: row.name,
          ppid: rank % 3 === 0 ? 1 : row.pid - 1,
          user: row.user,
          status: random() < 0.1 ? 'running' : 'sleeping',
          cpuPercent: significant(cpuPercent * cores * row.share),
          rssBytes: row.rssPages * pageBytes,
          threads: row.threads,
          openFiles: row.openFiles,
          openFilesLimit: 1_048_576,
          readBytesPerSecond: 0,
          writtenBytesPerSecond: storage ? whole(20_000) : 0,
          startedAtMs: startedAtMs + row.pid * 10,
        }
      })
      .sort((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0))

  return {
    next({ atMs, cpuPercent, memoryPercent, varUsedPercent }) {
      const totalBytes = 16 * gibibyte
      const usedBytes = Math.round((totalBytes * memoryPercent) / 100 / pageBytes) * pageBytes
      rootUsed += Math.round(random() * 200) * pageBytes
      const disk = (index: number, mount: string, device: string, sizeBytes: number, used: number) => {
        inodes[index] = (inodes[index] ?? 0) + Math.floor(random() * 4)
        return {
          mount,
          device,
          fsType: 'ext4',
          totalBytes: sizeBytes,
          usedBytes: used,
          freeBytes: Math.round(sizeBytes * 0.95) - used,
          usedPercent: hundredths((used / (sizeBytes * 0.95)) * 100),
          inodesTotal: sizeBytes / 16_384,
          inodesUsed: inodes[index] ?? 0,
          inodesUsedPercent: hundredths(((inodes[index] ?? 0) / (sizeBytes / 16_384)) * 100),
        }
      }
      const snapshot: Snapshot = {
        kind: 'snapshot',
        observedAtMs: atMs + Math.floor(random() * 3),
        intervalMs,
        cpu: {
          percent: significant(cpuPercent),
          userPercent: significant(cpuPercent * 0.7),
          systemPercent: significant(cpuPercent * 0.3),
          iowaitPercent: significant(random() * 2),
          stealPercent: 0,
          perCorePercent: Array.from({ length: cores }, () => significant(walk(cpuPercent, 20, [0, 100]))),
          load1: hundredths(cpuPercent / 12),
          load5: hundredths(cpuPercent / 13),
          load15: hundredths(cpuPercent / 14),
          pressure: pressure(cpuPercent / 20),
        },
        memory: {
          totalBytes,
          availableBytes: totalBytes - usedBytes,
          usedBytes,
          usedPercent: hundredths(memoryPercent),
          swapTotalBytes: 2 * gibibyte,
          swapUsedBytes: 0,
          swapUsedPercent: 0,
          swapInBytesPerSecond: 0,
          swapOutBytesPerSecond: 0,
          pressure: pressure(0),
        },
        diskIo: ['nvme0n1', 'nvme1n1'].map((device) => ({
          device,
          readBytesPerSecond: whole(60_000),
          writtenBytesPerSecond: whole(900_000),
          readsPerSecond: rate(4),
          writesPerSecond: rate(40),
          readLatencyMs: rate(0.4),
          writeLatencyMs: rate(0.8),
          busyPercent: rate(3),
        })),
        interfaces: [
          ['eth0', 1],
          ['eth1', 0.1],
          ['docker0', 0],
        ].map(([name, weight]) => ({
          name: String(name),
          receivedBytesPerSecond: whole(cpuPercent * 20_000 * Number(weight)),
          sentBytesPerSecond: whole(cpuPercent * 35_000 * Number(weight)),
          receivedPacketsPerSecond: rate(cpuPercent * 20 * Number(weight)),
          sentPacketsPerSecond: rate(cpuPercent * 30 * Number(weight)),
          receiveErrorsPerSecond: 0,
          sendErrorsPerSecond: 0,
          receiveDropsPerSecond: 0,
          sendDropsPerSecond: 0,
        })),
        connections: {
          tcpTimeWait: whole(14),
          tcpInUse: Math.round(cpuPercent * 3) + 24,
          tcpOrphaned: 0,
          udpInUse: 6,
          socketsUsed: whole(310),
          tcpEstablished: Math.round(cpuPercent * 3),
          tcpListen: 21,
        },
        processes: {
          total: whole(182),
          threads: whole(640),
          byStatus: { sleeping: whole(122), idle: 58, running: 1 + Math.floor(random() * 4) },
          top: processes(cpuPercent),
          forksPerSecond: rate(4),
        },
        ioPressure: pressure(0.5),
        openFiles: { used: whole(2_300) },
        sensors: [{ name: 'coretemp Package id 0', celsius: 40 + Math.floor(random() * 9) }],
        disks: [
          disk(0, '/', '/dev/nvme0n1p2', 53_687_091_200, rootUsed),
          disk(1, '/var', '/dev/nvme0n1p3', 536_870_912_000, Math.round(5_100_273_664 * varUsedPercent)),
          disk(2, '/boot', '/dev/nvme0n1p1', 1_073_741_824, 214_958_080),
          disk(
            3,
            '/srv',
            '/dev/nvme1n1p1',
            1_099_511_627_776,
            420_400_000_000 + Math.floor(random() * 1e4) * pageBytes,
          ),
        ],
        agent: {
          collectCpuMs: hundredths(1 + random()),
          cpuPercent: hundredths(random() / 10),
          rssBytes: (15_500 + Math.floor(random() * 40)) * pageBytes,
          spoolBatches: 0,
          spoolBytes: 0,
          spoolState: 'disk',
          droppedBatches: 0,
          droppedSnapshots: 0,
          ...(lastPushAtMs > 0 ? { lastPushAtMs } : {}),
          clockOffsetMs: 12,
        },
        sinceBootMs: atMs % 10_000_000_000,
        bootId: '6f1de1a5-1111-4222-8333-444455556666',
      }
      if ((atMs / intervalMs) % 5 === 0) lastPushAtMs = atMs + 90 + Math.floor(random() * 80)
      return snapshot
    },
  }
}

/** As an agent rounds shares and rates: three digits, of large numbers four. */
function significant(value: number, digits = 3): number {
  return Number(value.toPrecision(digits))
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
