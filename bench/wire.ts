/**
 * What a snapshot weighs in the bucket: the busy host's day, packed as the agent packs it, beside the same lines in gzip and
 * plain zstd, and in a level that takes its time.
 */
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { type Batch, batchVersion, encodeBatch } from '../core/batch.ts'
import { packBatch } from '../core/batch-bytes.ts'
import { batchDictionary } from '../core/batch-dictionary.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { createBusyHost } from './busy-host.ts'
import { mulberry32 } from './random.ts'

const intervalMs = 60_000
const fromMs = 29_566_000 * intervalMs
const snapshotsOfDay = 1_440
const batchSizes = [1, 5, 60]
const target = { bytes: 400, batch: 5 }

type Packing = (batch: Batch) => Uint8Array

const slowest = { [constants.ZSTD_c_compressionLevel]: 19 }
const packings: Record<string, Packing> = {
  ours: packBatch,
  'gzip -6': (batch) => gzipSync(encodeBatch(batch)),
  'zstd -3': (batch) => zstdCompressSync(encodeBatch(batch)),
  'zstd -19': (batch) => zstdCompressSync(encodeBatch(batch), { params: slowest }),
  'zstd -19, our dictionary': (batch) =>
    zstdCompressSync(encodeBatch(batch), { params: slowest, dictionary: batchDictionary() }),
}

export function benchWire(): void {
  const day = busyDay()
  const raw = JSON.stringify(day[0])
  const numbers = raw.match(/[:[,]-?\d/g)?.length ?? 0
  console.log(
    `\nwire: a snapshot of a busy host, ${numbers} numbers in ${raw.length} bytes of JSON, bytes and CPU of packing`,
  )
  console.log(row('in batches of', batchSizes.map(String)))
  for (const [name, packing] of Object.entries(packings)) {
    const weights = batchSizes.map((size) => weigh(day, size, packing))
    console.log(
      row(
        name,
        weights.map(({ bytes, cpuMs }) => `${bytes.toFixed(0)} B ${cpuMs.toFixed(2)} ms`),
      ),
    )
  }
  const { bytes } = weigh(day, target.batch, packBatch)
  const verdict = bytes <= target.bytes ? 'reached' : 'MISSED'
  console.log(`  target: at most ${target.bytes} bytes a snapshot in batches of ${target.batch}, ${verdict}`)
}

function busyDay(): Snapshot[] {
  const random = mulberry32(11)
  const host = createBusyHost({ seed: 7, intervalMs })
  let cpuPercent = 30
  let memoryPercent = 55
  return Array.from({ length: snapshotsOfDay }, (_, index) => {
    cpuPercent = Math.min(97, Math.max(3, cpuPercent + (random() - 0.5) * 8))
    memoryPercent = Math.min(95, Math.max(20, memoryPercent + (random() - 0.5)))
    return host.next({ atMs: fromMs + index * intervalMs, cpuPercent, memoryPercent, varUsedPercent: 60 + index / 500 })
  })
}

/** A snapshot's share of its batch, header included. */
function weigh(day: readonly Snapshot[], size: number, packing: Packing): { bytes: number; cpuMs: number } {
  let bytes = 0
  const before = process.cpuUsage()
  for (let start = 0; start < day.length; start += size) {
    bytes += packing(batchOf(day.slice(start, start + size), 1 + start / size)).byteLength
  }
  const { user, system } = process.cpuUsage(before)
  return { bytes: bytes / day.length, cpuMs: (user + system) / 1_000 / day.length }
}

function batchOf(records: Snapshot[], seq: number): Batch {
  const { sinceBootMs = 0, bootId = '', observedAtMs } = records[0] ?? {}
  return {
    header: {
      kind: 'batch',
      v: batchVersion,
      stream: '5f1c07a2d9e83b46',
      seq,
      host: 'db-7',
      agentVersion: '0.1.0',
      shipEveryMs: records.length * intervalMs,
      clock: { bootId, sinceBootMs, storeAtMs: (observedAtMs ?? 0) + 120 },
      facts: { os: 'Ubuntu 24.04.1 LTS', kernel: '6.8.0-45-generic', arch: 'arm64', cores: 4, virtualisation: 'nitro' },
    },
    records,
  }
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(26)}${cells.map((cell) => cell.padStart(18)).join('')}`
}
