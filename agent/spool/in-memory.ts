/**
 * What of a segment may be sent from memory, when the disk takes no batch of it. Its records are added one after the other,
 * so that its file has the first of them, all of them, or none.
 */
import type { BatchRecord } from '../../core/batch.ts'
import type { BatchId } from './gaps.ts'
import { parseBatchName, type SpooledBatch, segmentName } from './names.ts'
import { readIfThere } from './read-file.ts'
import { encodeLines, parseSegment, type Segment } from './segment.ts'
import type { SpoolStorage } from './storage.ts'

export interface Parts {
  /** They outlive the process, and stay where they are. */
  onDisk: BatchRecord[]
  inMemory: BatchRecord[]
}

/**
 * A file without one whole record is removed, so that what is in memory alone may be sent under its number. Throws what
 * the disk says when it does not give the file or its removal, and when the file has something else.
 */
export async function partsOf(storage: SpoolStorage, { stream, seq, records }: Segment): Promise<Parts> {
  const name = segmentName(stream, seq)
  const bytes = await readIfThere(storage, name)
  if (!bytes) return { onDisk: [], inMemory: records }
  const { records: whole, damagedLines, tornBytes } = parseSegment(bytes)
  const onDisk = records.slice(0, whole.length)
  const isOurs = Buffer.compare(encodeLines(onDisk), bytes.subarray(0, bytes.byteLength - tornBytes)) === 0
  if (damagedLines > 0 || !isOurs) {
    throw new Error(`spool ${storage.path}: ${name} has other records than were added to it`)
  }
  if (onDisk.length === 0) await storage.remove(name)
  return { onDisk, inMemory: records.slice(onDisk.length) }
}

/** The batch of a segment, when a write that seemed to fail had taken effect: to make another would send it twice. */
export async function standing(storage: SpoolStorage, { stream, seq }: BatchId): Promise<SpooledBatch | undefined> {
  const files = await storage.list()
  return files
    .flatMap(({ name, sizeBytes }) => parseBatchName(name, sizeBytes) ?? [])
    .find((batch) => batch.stream === stream && batch.seq === seq)
}
