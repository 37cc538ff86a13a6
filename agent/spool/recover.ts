/** What the process before this one left in the spool, put right. */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { AgentGap } from '../../core/batch.ts'
import { limits } from '../../core/limits.ts'
import { afterSealing, type BatchId, encodeGaps, type Gaps, gapOf, lossOf, parseGaps, withGap } from './gaps.ts'
import { gapsName, parseBatchName, parseSegmentName, type SpooledBatch } from './names.ts'
import { readPatiently } from './read-file.ts'
import { gapInside, newSegment, parseSegment, type Segment } from './segment.ts'
import type { SpoolStorage } from './storage.ts'

export interface RecoverOptions {
  storage: SpoolStorage
  clock: Clock
  log: Log
}

export interface Recovered {
  gaps: Gaps
  /** False: the disk is full, say; they are still to be written. */
  areGapsOnDisk: boolean
  /** Oldest first. */
  batches: SpooledBatch[]
  /** Still to be sealed. */
  segments: Segment[]
}

/** Reasons of gaps whose files are kept aside, while others are deleted. */
export const damagedReason = 'the batch was damaged in the spool'
export const unreadableReason = 'the batch could not be read in the spool'
const tooLargeReason = 'the batch is larger than the inbox takes'
const segmentReason = 'a file of the spool could not be read; how many snapshots it has is not known'
const keptReasons = [damagedReason, unreadableReason, tooLargeReason, segmentReason]

export const damagedRemedy =
  'check the disk (its kernel messages, fsck); remove the file when nobody wants to look at it'
const unreadableRemedy =
  'check the disk and the rights (the agent needs to own the file); then stop the agent, move the file back and start again'

/** Larger than any agent makes one; to read it would cost the memory that it has. */
const mostBytes = { segment: 64 * 1024 * 1024, gaps: 16 * 1024 * 1024, batch: limits.batchCompressedBytes }

/** Foreign, damaged and unreadable files are put aside, and told. Throws what the disk says when it can't be listed. */
export async function recover({ storage, clock, log }: RecoverOptions): Promise<Recovered> {
  const aside: Aside = async (name, { reason, remedy = damagedRemedy }) => {
    const movedTo = await storage.moveAside(name)
    const path = `${storage.path}/${name}`
    log.warn('a file in the spool is not usable and was put aside', { path, reason, movedTo, remedy })
  }
  const files = await sortOut(storage, aside)
  let gaps = files.gapsBytes === undefined ? { pending: [] } : await readGaps(storage, files.gapsBytes, aside)
  let areGapsOnDisk = true
  const writeGaps = async (next: Gaps): Promise<boolean> => {
    try {
      await storage.write(gapsName, encodeGaps(next))
      return true
    } catch (error) {
      log.error('the spool can not be written', { path: storage.path, reason: (error as Error).message })
      return false
    }
  }
  const has = ({ stream, seq }: BatchId) => files.batches.some((batch) => batch.stream === stream && batch.seq === seq)
  // Told already, in a batch that was written; or not, and then it still is to be.
  if (gaps.sealing) {
    gaps = has(gaps.sealing) ? afterSealing(gaps) : { pending: gaps.pending }
    areGapsOnDisk = await writeGaps(gaps)
  }
  /** What can't be written down is not lost yet: the file stays for the next start. */
  const lose = async (name: string, gap: AgentGap, remedy: string) => {
    const next = withGap(gaps, gap)
    if (!(await writeGaps(next))) return
    gaps = next
    areGapsOnDisk = true
    await aside(name, { reason: gap.reason, remedy })
  }
  const batches: SpooledBatch[] = []
  for (const batch of await withoutLost(storage, files.batches, gaps)) {
    if (batch.sizeBytes <= mostBytes.batch) batches.push(batch)
    else await lose(batch.name, gapOf(batch, tooLargeReason), damagedRemedy)
  }
  const segments: Segment[] = []
  for (const { name, sizeBytes, id } of files.segments) {
    // Sealed, or its loss is told, and only its removal was not reached.
    if (has(id)) await storage.remove(name)
    else if (lossOf(gaps.pending, id)) await storage.moveAside(name)
    else {
      const bytes =
        sizeBytes > mostBytes.segment ? undefined : await readPatiently(storage, name).catch(() => undefined)
      if (!bytes) await lose(name, gapOfSegment(id, clock.now()), unreadableRemedy)
      else {
        const segment = readSegment({ bytes, path: `${storage.path}/${name}`, log, clock, id })
        if (segment) segments.push(segment)
        else await storage.remove(name)
      }
    }
  }
  return { gaps, areGapsOnDisk, batches: batches.sort((a, b) => a.toMs - b.toMs || a.seq - b.seq), segments }
}

type Aside = (name: string, why: { reason: string; remedy?: string }) => Promise<void>

interface Files {
  batches: SpooledBatch[]
  segments: { name: string; sizeBytes: number; id: BatchId }[]
  /** Of gaps.json; absent: there is none. */
  gapsBytes?: number
}

async function sortOut(storage: SpoolStorage, aside: Aside): Promise<Files> {
  const files: Files = { batches: [], segments: [] }
  for (const { name, sizeBytes } of await storage.list()) {
    const batch = parseBatchName(name, sizeBytes)
    const id = parseSegmentName(name)
    if (batch) files.batches.push(batch)
    else if (id) files.segments.push({ name, sizeBytes, id })
    else if (name === gapsName) files.gapsBytes = sizeBytes
    else await aside(name, { reason: 'the spool gives no such name', remedy: foreignRemedy })
  }
  return files
}

const foreignRemedy = 'a newer agent, or somebody else, has written it: update this agent, or remove the file'

async function readGaps(storage: SpoolStorage, sizeBytes: number, aside: Aside): Promise<Gaps> {
  try {
    if (sizeBytes > mostBytes.gaps) throw new Error(`it has ${sizeBytes} bytes`)
    return parseGaps(await readPatiently(storage, gapsName))
  } catch (error) {
    await aside(gapsName, { reason: `expected the losses still to be told: ${(error as Error).message}` })
    return { pending: [] }
  }
}

/** The loss of some is written down; only their removal was not reached. */
async function withoutLost(storage: SpoolStorage, found: SpooledBatch[], gaps: Gaps): Promise<SpooledBatch[]> {
  const kept: SpooledBatch[] = []
  for (const batch of found) {
    const loss = lossOf(gaps.pending, batch)
    if (!loss) kept.push(batch)
    else if (keptReasons.includes(loss.reason)) await storage.moveAside(batch.name)
    else await storage.remove(batch.name)
  }
  return kept
}

/** Nobody waits for its number any longer. */
function gapOfSegment({ stream, seq }: BatchId, nowMs: number): AgentGap {
  const atMs = Math.max(0, Math.trunc(nowMs))
  const lost = { stream, fromSeq: seq, toSeq: seq }
  return { kind: 'gap', fromMs: atMs, toMs: atMs, snapshots: 0, reason: segmentReason, lost }
}

/** Undefined: nothing in it was ever accepted. */
function readSegment({
  bytes,
  path,
  log,
  clock,
  id,
}: Pick<RecoverOptions, 'log' | 'clock'> & { bytes: Uint8Array; path: string; id: BatchId }): Segment | undefined {
  const content = parseSegment(bytes)
  const { records, tornBytes, damagedLines } = content
  if (tornBytes > 0) log.warn('the last record in the spool was not written to its end', { path, bytes: tornBytes })
  const found = { ...newSegment(id), records }
  if (damagedLines === 0) return records.length > 0 ? found : undefined
  const remedy = damagedRemedy
  log.warn('records in the spool are damaged; the others are sent, and the file is kept', {
    path,
    damagedLines,
    remedy,
  })
  return { ...found, records: [gapInside(content, clock.now()), ...records], isDamaged: true }
}
