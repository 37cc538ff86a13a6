/** What the process before this one left in the spool, put right. */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { afterSealing, type BatchId, encodeGaps, type Gaps, lossOf, parseGaps } from './gaps.ts'
import { gapsName, parseBatchName, parseSegmentName, type SpooledBatch } from './names.ts'
import { gapInside, parseSegment, type Segment } from './segment.ts'
import type { SpoolStorage } from './storage.ts'

export interface RecoverOptions {
  storage: SpoolStorage
  clock: Clock
  log: Log
}

export interface Recovered {
  gaps: Gaps
  /** Oldest first. */
  batches: SpooledBatch[]
  /** Still to be sealed. */
  segments: Segment[]
}

/** The reason of a gap whose batch is kept aside, while others are deleted. */
export const damagedReason = 'the batch was damaged in the spool'

/** Foreign and damaged files are put aside, and told. Throws what the disk says when it can't be read. */
export async function recover({ storage, clock, log }: RecoverOptions): Promise<Recovered> {
  const aside = async (name: string, reason: string) => {
    log.warn('a file in the spool is not usable and was put aside', { path: `${storage.path}/${name}`, reason })
    await storage.moveAside(name)
  }
  const found: SpooledBatch[] = []
  const open: { name: string; id: BatchId }[] = []
  let gaps: Gaps = { pending: [] }
  for (const { name, sizeBytes } of await storage.list()) {
    const batch = parseBatchName(name, sizeBytes)
    const id = parseSegmentName(name)
    if (batch) found.push(batch)
    else if (id) open.push({ name, id })
    else if (name !== gapsName) await aside(name, 'the spool gives no such name')
    else {
      // One that can't be read just now is not damaged: the start fails, and nothing is lost.
      const bytes = await storage.read(name)
      try {
        gaps = parseGaps(bytes)
      } catch (error) {
        await aside(name, `expected the losses still to be told: ${(error as Error).message}`)
      }
    }
  }
  const has = ({ stream, seq }: BatchId) => found.some((batch) => batch.stream === stream && batch.seq === seq)
  // Told already, in a batch that was written; or not, and then it still is to be.
  if (gaps.sealing) {
    gaps = has(gaps.sealing) ? afterSealing(gaps) : { pending: gaps.pending }
    await storage.write(gapsName, encodeGaps(gaps))
  }
  const batches = await withoutLost(storage, found, gaps)
  const segments: Segment[] = []
  for (const { name, id } of open) {
    const segment = has(id) ? undefined : await readSegment({ storage, log, clock, name, id })
    if (segment) segments.push(segment)
    // Sealed, and only its removal was not reached; or nothing was ever accepted.
    else await storage.remove(name)
  }
  return { gaps, batches: batches.sort((a, b) => a.toMs - b.toMs || a.seq - b.seq), segments }
}

/** The loss of some is written down; only their removal was not reached. */
async function withoutLost(storage: SpoolStorage, found: SpooledBatch[], gaps: Gaps): Promise<SpooledBatch[]> {
  const kept: SpooledBatch[] = []
  for (const batch of found) {
    const loss = lossOf(gaps.pending, batch)
    if (!loss) kept.push(batch)
    else if (loss.reason === damagedReason) await storage.moveAside(batch.name)
    else await storage.remove(batch.name)
  }
  return kept
}

async function readSegment({
  storage,
  log,
  clock,
  name,
  id,
}: RecoverOptions & { name: string; id: BatchId }): Promise<Segment | undefined> {
  const path = `${storage.path}/${name}`
  const content = parseSegment(await storage.read(name))
  const { records, tornBytes, damagedLines } = content
  if (tornBytes > 0) log.warn('the last record in the spool was not written to its end', { path, bytes: tornBytes })
  if (damagedLines === 0) return records.length > 0 ? { ...id, records, isDamaged: false, mayStand: false } : undefined
  log.warn('records in the spool are damaged; the others are sent', { path, damagedLines })
  return { ...id, records: [gapInside(content, clock.now()), ...records], isDamaged: true, mayStand: false }
}
