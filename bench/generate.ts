/** A fleet's past, made up from a seed: days with a rhythm, disks that fill, a storm now and then, an outage. */
import type { Bucket } from '../adapters/bucket/port.ts'
import { batchVersion } from '../core/batch.ts'
import { packBatch } from '../core/batch-bytes.ts'
import { sha16 } from '../core/codec.ts'
import { inboxKey } from '../core/keys.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { createBusyHost } from './busy-host.ts'
import { mulberry32 } from './random.ts'

export interface Fleet {
  hosts: number
  fromMs: number
  toMs: number
  intervalMs: number
  /** Snapshots in a batch. */
  batchSnapshots: number
  seed: number
}

export function hostName(index: number): string {
  return `${['web', 'db', 'cache', 'worker'][index % 4]}-${Math.floor(index / 4) + 1}`
}

/** Puts every batch of the time from `fromMs` to `toMs` (exclusive) of one host; how many. */
export async function sendHost(bucket: Bucket, fleet: Fleet, index: number): Promise<number> {
  let seq = 0
  for (const records of recordsOf(fleet, index)) {
    seq += 1
    await sendBatch(bucket, fleet, { index, seq, records })
  }
  return seq
}

export async function sendBatch(
  bucket: Bucket,
  { intervalMs, batchSnapshots }: Pick<Fleet, 'intervalMs' | 'batchSnapshots'>,
  { index, seq, records }: { index: number; seq: number; records: Snapshot[] },
): Promise<void> {
  const [stream, host] = [index.toString(16).padStart(16, '0'), hostName(index)]
  const header = {
    kind: 'batch',
    v: batchVersion,
    host,
    stream,
    seq,
    agentVersion: '0.1.0',
    shipEveryMs: intervalMs * batchSnapshots,
    facts: { os: 'Debian GNU/Linux 12', cores: 8 },
  } as const
  const body = packBatch({ header: { ...header }, records })
  await bucket.put(inboxKey({ host, stream, seq, sha16: sha16(body) }), body, { ifAbsent: true })
}

/** The snapshots of the time from `fromMs` to `toMs` (exclusive) of one host. */
export function* snapshotsOf(fleet: Fleet, index: number): Generator<Snapshot> {
  for (const records of recordsOf(fleet, index)) yield* records
}

function* recordsOf({ fromMs, toMs, intervalMs, batchSnapshots, seed }: Fleet, index: number): Generator<Snapshot[]> {
  const random = mulberry32(seed * 1_000 + index)
  const host = createBusyHost({ seed: seed * 1_000 + index, intervalMs })
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
        host.next({
          atMs: at,
          cpuPercent: storm ? 93 + random() * 6 : bound(cpu),
          memoryPercent: bound(memory),
          varUsedPercent: diskPercent,
        }),
      )
    if (records.length === batchSnapshots) {
      yield records
      records = []
    }
  }
  if (records.length > 0) yield records
}

function bound(percent: number): number {
  return Math.min(100, Math.max(0, percent))
}
