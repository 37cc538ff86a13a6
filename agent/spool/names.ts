/** The spool's file names say all that must be known of a batch without unpacking it. */

export interface SpooledBatch {
  /** File name. */
  name: string
  stream: string
  seq: number
  sha16: string
  /** Wall clock of the host, of the first and last snapshot; equal to each other where there is none. */
  fromMs: number
  toMs: number
  snapshots: number
  sizeBytes: number
}

const batchPattern = /^batch-([0-9a-f]{16})-([0-9]{12})-([0-9a-f]{16})-([0-9]+)-([0-9]+)-([0-9]+)\.ndjson\.zst$/
const segmentPattern = /^open-([0-9a-f]{16})-([0-9]{12})\.ndjson$/

export const gapsName = 'gaps.json'

export function batchName({
  stream,
  seq,
  sha16,
  fromMs,
  toMs,
  snapshots,
}: Omit<SpooledBatch, 'name' | 'sizeBytes'>): string {
  return `batch-${stream}-${twelve(seq)}-${sha16}-${fromMs}-${toMs}-${snapshots}.ndjson.zst`
}

export function parseBatchName(name: string, sizeBytes: number): SpooledBatch | undefined {
  const match = batchPattern.exec(name)
  if (!match) return undefined
  const [, stream, seq, sha16, fromMs, toMs, snapshots] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  return {
    name,
    stream,
    seq: Number(seq),
    sha16,
    fromMs: Number(fromMs),
    toMs: Number(toMs),
    snapshots: Number(snapshots),
    sizeBytes,
  }
}

/** Snapshots that are no batch yet, a line each. */
export function segmentName(stream: string, seq: number): string {
  return `open-${stream}-${twelve(seq)}.ndjson`
}

export function parseSegmentName(name: string): { stream: string; seq: number } | undefined {
  const match = segmentPattern.exec(name)
  return match ? { stream: match[1] ?? '', seq: Number(match[2]) } : undefined
}

function twelve(seq: number): string {
  return String(seq).padStart(12, '0')
}
