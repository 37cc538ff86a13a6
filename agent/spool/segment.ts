/**
 * An open segment: records that are no batch yet, a line each, appended as they come: the CRC-32 of the record's JSON in
 * eight hex digits, a space, the JSON. A bit that a disk has turned over in a number would else be a number.
 */
import { crc32 } from 'node:zlib'
import * as v from 'valibot'
import { type AgentGap, type BatchRecord, gapSchema, goodbyeSchema } from '../../core/batch.ts'
import { snapshotSchema } from '../../core/snapshot.ts'
import type { MadeBatch } from './batch-file.ts'
import type { BatchId } from './gaps.ts'

export interface Segment extends BatchId {
  records: BatchRecord[]
  /** Its file has lines that nobody can read: it is kept for whoever wants to look. */
  isDamaged: boolean
  /** To seal it was tried, and failed: a batch of it may be on disk all the same. */
  mayStand: boolean
  /** Its file has all of it. False: nobody knows what its file has, or whether there is one. */
  isOnDisk: boolean
  /** It is sent from memory, and nothing of it is on disk, unless `mayStand`. */
  batch?: MadeBatch
}

export interface SegmentContent {
  records: BatchRecord[]
  /** Bytes of a last line that was not written to its end: the process died in it, and it was never accepted. */
  tornBytes: number
  /** Whole lines that are no record. */
  damagedLines: number
}

/** Without a record, and without a file. */
export function newSegment(id: BatchId): Segment {
  return { ...id, records: [], isDamaged: false, mayStand: false, isOnDisk: true }
}

const recordSchema = v.variant('kind', [snapshotSchema, gapSchema, goodbyeSchema])

export function encodeLines(records: readonly BatchRecord[]): Uint8Array {
  return Buffer.from(records.map(encodeLine).join(''))
}

/** Every line by itself: one that is damaged costs no other. One wrong record would have its whole batch refused. */
export function parseSegment(bytes: Uint8Array): SegmentContent {
  const end = bytes.lastIndexOf(0x0a) + 1
  const lines = Buffer.from(bytes.subarray(0, end)).toString('utf8').split('\n').slice(0, -1)
  const records = lines.flatMap((line) => parseLine(line) ?? [])
  return { records, tornBytes: bytes.byteLength - end, damagedLines: lines.length - records.length }
}

/** Tells of a segment's damaged lines; of when they were as far as its other lines tell. */
export function gapInside({ records, damagedLines }: SegmentContent, nowMs: number): AgentGap {
  const known = timesOf(records)
  const times = known.length > 0 ? known : [Math.trunc(nowMs)]
  const reason = 'the spool was damaged'
  return { kind: 'gap', fromMs: Math.min(...times), toMs: Math.max(...times), snapshots: damagedLines, reason }
}

/** Wall clock of the host, of each snapshot. */
export function timesOf(records: readonly BatchRecord[]): number[] {
  return records.flatMap((record) => (record.kind === 'snapshot' ? [Math.trunc(record.observedAtMs)] : []))
}

function encodeLine(record: BatchRecord): string {
  const json = JSON.stringify(record)
  return `${crcOf(json)} ${json}\n`
}

function crcOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}

const crcLength = 8

/** A line without its CRC is one of an agent before there were any. */
function parseLine(line: string): BatchRecord | undefined {
  const json = line.startsWith('{') ? line : line.slice(crcLength + 1)
  if (json !== line && line.slice(0, crcLength + 1) !== `${crcOf(json)} `) return undefined
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(json))
    return parsed.success ? (parsed.output as BatchRecord) : undefined
  } catch {
    return undefined
  }
}
