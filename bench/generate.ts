/** A fleet's past, made up from a seed: days with a rhythm, disks that fill, a storm now and then, an outage. */
import type { Bucket } from '../adapters/bucket/port.ts'
import { type Batch, batchVersion, encodeBatch } from '../core/batch.ts'
import { pack, sha16 } from '../core/codec.ts'
import { inboxKey } from '../core/keys.ts'
import type { Snapshot } from '../core/snapshot.ts'

export interface Fleet {
  hosts: number
  fromMs: number
  toMs: number
  intervalMs: number
  /** Snapshots in a batch. */
  batchSnapshots: number
  seed: number
}

const programs = [
  'postgres',
  'nginx',
  'node',
  'redis-server',
  'systemd-journal',
  'sshd',
  'cron',
  'java',
  'dockerd',
  'python3',
]

export function hostName(index: number): string {
  return `${['web', 'db', 'cache', 'worker'][index % 4]}-${Math.floor(index / 4) + 1}`
}

/** Puts every batch of the time from `fromMs` to `toMs` (exclusive) of one host; how many. */
export async function sendHost(bucket: Bucket, fleet: Fleet, index: number): Promise<number> {
  let seq = 0
  const stream = index.toString(16).padStart(16, '0')
  const host = hostName(index)
  for (const records of recordsOf(fleet, index)) {
    seq += 1
    const header = {
      kind: 'batch',
      v: batchVersion,
      host,
      stream,
      seq,
      agentVersion: '0.1.0',
      shipEveryMs: fleet.intervalMs * fleet.batchSnapshots,
      facts: { os: 'Debian GNU/Linux 12', cores: 8 },
    } as const
    const batch: Batch = { header: { ...header }, records }
    const body = pack(encodeBatch(batch))
    await bucket.put(inboxKey({ host, stream, seq, sha16: sha16(body) }), body, { ifAbsent: true })
  }
  return seq
}

function* recordsOf({ fromMs, toMs, intervalMs, batchSnapshots, seed }: Fleet, index: number): Generator<Snapshot[]> {
  const random = mulberry32(seed * 1_000 + index)
  let cpu = 20
  let memory = 40 + random() * 20
  let diskPercent = 40 + random() * 45
  let records: Snapshot[] = []
  // Host 3 is away for two hours; host 1 has a storm in the morning.
  const isAway = (hour: number) => index === 3 && hour >= 14 && hour < 16
  for (let at = fromMs; at < toMs; at += intervalMs) {
    const hour = (at / 3_600_000) % 24
    const storm = index === 1 && hour >= 9 && hour < 9.7
    const rhythm = 18 + 22 * Math.max(0, Math.sin(((hour - 6) / 24) * 2 * Math.PI))
    cpu += (rhythm - cpu) * 0.05 + (random() - 0.5) * 6
    memory += (random() - 0.5) * 0.8 + (index === 2 ? 0.02 : 0)
    diskPercent = Math.min(99, diskPercent + (index === 0 ? 0.012 : 0.0005))
    if (!isAway(hour))
      records.push(
        snapshot({
          atMs: at,
          intervalMs,
          cpu: storm ? 93 + random() * 6 : bound(cpu),
          memory: bound(memory),
          diskPercent,
          random,
        }),
      )
    if (records.length === batchSnapshots) {
      yield records
      records = []
    }
  }
  if (records.length > 0) yield records
}

function snapshot({
  atMs,
  intervalMs,
  cpu,
  memory,
  diskPercent,
  random,
}: {
  atMs: number
  intervalMs: number
  cpu: number
  memory: number
  diskPercent: number
  random: () => number
}): Snapshot {
  const totalBytes = 16 * 1024 ** 3
  const usedBytes = Math.round((totalBytes * memory) / 100)
  const one = (number: number) => Math.round(number * 10) / 10
  return {
    kind: 'snapshot',
    observedAtMs: atMs,
    sinceBootMs: atMs % 10_000_000_000,
    bootId: '6f1de1a5-1111-4222-8333-444455556666',
    intervalMs,
    cpu: {
      percent: one(cpu),
      userPercent: one(cpu * 0.7),
      systemPercent: one(cpu * 0.3),
      iowaitPercent: one(random()),
      stealPercent: 0,
      load1: one(cpu / 12),
      load5: one(cpu / 13),
      load15: one(cpu / 14),
    },
    memory: {
      totalBytes,
      usedBytes,
      availableBytes: totalBytes - usedBytes,
      usedPercent: one(memory),
      swapTotalBytes: 0,
      swapUsedBytes: 0,
    },
    disks: [
      {
        mount: '/',
        fsType: 'ext4',
        totalBytes: 100e9,
        usedBytes: 31e9,
        freeBytes: 69e9,
        usedPercent: 31,
        inodesUsedPercent: 4,
      },
      {
        mount: '/var',
        fsType: 'ext4',
        totalBytes: 500e9,
        usedBytes: Math.round(5e9 * diskPercent),
        freeBytes: 500e9 - Math.round(5e9 * diskPercent),
        usedPercent: one(diskPercent),
        inodesUsedPercent: 11,
      },
    ],
    diskIo: [
      {
        device: 'nvme0n1',
        readBytesPerSecond: Math.round(random() * 1e6),
        writtenBytesPerSecond: Math.round(random() * 4e6),
        busyPercent: one(random() * 20),
      },
    ],
    interfaces: [
      {
        name: 'eth0',
        receivedBytesPerSecond: Math.round(cpu * 20_000 * (0.5 + random())),
        sentBytesPerSecond: Math.round(cpu * 35_000 * (0.5 + random())),
      },
    ],
    connections: { tcpEstablished: Math.round(cpu * 3), tcpTimeWait: 12, socketsUsed: 300 },
    processes: {
      total: 180,
      byStatus: { sleeping: 178, running: 2 },
      top: programs.map((name, rank) => ({
        pid: 1_000 + rank,
        name,
        user: 'app',
        status: 'sleeping',
        cpuPercent: one((cpu * 8 * (0.5 + random())) / (rank + 1) ** 1.6),
        rssBytes: Math.round((usedBytes / (rank + 2) ** 1.3) * (0.98 + random() * 0.04)),
        threads: 4 + rank,
        openFiles: 20 + rank * 7,
        startedAtMs: 1_700_000_000_000,
      })),
    },
  }
}

function bound(percent: number): number {
  return Math.min(100, Math.max(0, percent))
}

function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
