/** Values for tests: complete, valid, and dull but for what a test says. */

import type { ThresholdRule } from '../core/alerts/rule.ts'
import { type Batch, type BatchRecord, batchVersion } from '../core/batch.ts'
import { packBatch } from '../core/batch-bytes.ts'
import { sha16 } from '../core/codec.ts'
import { type InboxName, inboxKey } from '../core/keys.ts'
import { parseSettings } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import type { ShardInput } from '../core/shard/inputs.ts'
import type { Snapshot } from '../core/snapshot.ts'

export const minuteMs = 60_000
export const startMs = Date.UTC(2026, 2, 1, 12)

/** The defaults, as a machine has them that says nothing. */
export function makeSettings(changes: Partial<Settings> = {}): Settings {
  const parsed = parseSettings({ env: {}, hostname: 'web-1', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the default settings do not parse')
  return { ...parsed.settings, ...changes }
}

/** CPU above 80 %, of each sample. */
export function makeThreshold(changes: Partial<ThresholdRule> = {}): ThresholdRule {
  return {
    kind: 'threshold',
    id: 'cpu',
    metric: 'cpu.percent',
    op: '>',
    severity: 'warning',
    threshold: 80,
    clear: 75,
    windowMs: 0,
    agg: 'avg',
    datapoints: { breaching: 1, of: 1 },
    missing: 'no-data',
    keepFiringMs: 0,
    repeatMs: 24 * 3_600_000,
    ...changes,
  }
}

export function makeSnapshot({
  atMs = startMs,
  cpuPercent = 10,
  memoryPercent = 20,
  disks = [['/', 30]],
  ...rest
}: {
  atMs?: number
  cpuPercent?: number
  memoryPercent?: number
  disks?: [mount: string, usedPercent: number][]
} & Omit<Partial<Snapshot>, 'disks'> = {}): Snapshot {
  return {
    kind: 'snapshot',
    observedAtMs: atMs,
    intervalMs: minuteMs,
    cpu: { percent: cpuPercent, load1: 0.5 },
    memory: { totalBytes: 1_000_000, usedPercent: memoryPercent },
    disks: disks.map(([mount, usedPercent]) => ({ mount, usedPercent })),
    diskIo: [],
    interfaces: [{ name: 'eth0', receivedBytesPerSecond: 100, sentBytesPerSecond: 50 }],
    connections: {},
    processes: { total: 1, top: [{ pid: 1, name: 'init', cpuPercent: 1, rssBytes: 1_000 }] },
    ...rest,
  }
}

export function makeBatch({
  host = 'web-1',
  stream = 'a'.repeat(16),
  seq = 1,
  records = [makeSnapshot()],
  ...header
}: { host?: string; stream?: string; seq?: number; records?: BatchRecord[] } & Partial<Batch['header']> = {}): Batch {
  return {
    header: {
      kind: 'batch',
      v: batchVersion,
      host,
      stream,
      seq,
      agentVersion: '1.0.0',
      shipEveryMs: minuteMs,
      facts: {},
      ...header,
    },
    records,
  }
}

/** A batch as it lies in the inbox. */
export function makeInboxObject(batch: Batch): { key: string; name: InboxName; body: Uint8Array } {
  const body = packBatch(batch)
  const { host, stream, seq } = batch.header
  const name = { host, stream, seq, sha16: sha16(body) }
  return { key: inboxKey(name), name, body }
}

export function makeInput(batch: Batch): Extract<ShardInput, { kind: 'batch' }> {
  const { key, name } = makeInboxObject(batch)
  return { kind: 'batch', key, name, batch }
}
