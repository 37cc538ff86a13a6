/**
 * The durable queue between the collectors and the bucket.
 *
 *     add --> open-<stream>-<seq>.ndjson --seal--> batch-<stream>-<seq>-….ndjson.zst --sent--> gone
 *                                                         '--no room, too old--> gaps.json --seal--> in a later batch
 *
 * A snapshot is on disk when `add` resolves. A batch is on disk before it is sent, and leaves when the bucket has it. What
 * has to go for want of room is written into gaps.json first. A process that dies at any point leaves what the next one
 * puts right (see recover.ts).
 */

import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { AgentGap, BatchRecord } from '../../core/batch.ts'
import { gapsInside, type HeaderFacts, makeBatchFile, readBatchFile, type Segment } from './batch-file.ts'
import { encodeGaps, type Gaps, withGap } from './gaps.ts'
import { gapsName, type SpooledBatch, segmentName } from './names.ts'
import { recover } from './recover.ts'
import type { SpoolStorage } from './storage.ts'

export interface SpoolOptions {
  storage: SpoolStorage
  /** Of this process: random. */
  stream: string
  maxBytes: number
  maxAgeMs: number
  clock: Clock
  log: Log
}

export interface Spool {
  /** Durable when it resolves. */
  add(record: BatchRecord): Promise<void>
  /** Makes a batch of what was added; nothing, if nothing was. */
  seal(facts: HeaderFacts): Promise<void>
  /** Oldest first. */
  batches(): readonly SpooledBatch[]
  read(batch: SpooledBatch): Promise<{ key: string; body: Uint8Array } | undefined>
  /** The bucket has it. */
  sent(batch: SpooledBatch): Promise<void>
  stats(): { batches: number; bytes: number; droppedBatches: number; openRecords: number }
}

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { storage, stream, maxBytes, maxAgeMs, clock, log } = options
  const recovered = await recover(options)
  let { gaps, batches } = recovered
  /** Segments of dead processes: sealed with the next, under their own names. */
  let leftOver = recovered.segments
  let open: BatchRecord[] = []
  let seq = 1
  let droppedBatches = 0
  let isDropping = false
  /** False: what is in `open` is not all in the segment's file. */
  let isSegmentWhole = true
  let queue: Promise<unknown> = Promise.resolve()

  /** One change at a time: each is several steps on disk. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = queue.then(act)
    queue = done.catch(() => {})
    return done
  }
  const setGaps = async (next: Gaps) => {
    await storage.write(gapsName, encodeGaps(next))
    gaps = next
  }
  const sealSegment = async (segment: Segment, facts: HeaderFacts) => {
    const name = segmentName(segment.stream, segment.seq)
    const told = gaps.pending
    if (told.length > 0) await setGaps({ pending: told, sealing: { stream: segment.stream, seq: segment.seq } })
    const batch = makeBatchFile({ ...segment, records: [...told, ...segment.records] }, facts)
    await storage.write(batch.entry.name, batch.body)
    if (told.length > 0) await setGaps({ pending: [] })
    await storage.remove(name)
    batches = [...batches, batch.entry]
  }
  const drop = async (batch: SpooledBatch, reason: string) => {
    const told = await gapsInside(storage, batch)
    const { stream: lostStream, seq: lostSeq, fromMs, toMs, snapshots } = batch
    const gap: AgentGap = {
      kind: 'gap',
      fromMs,
      toMs,
      snapshots,
      reason,
      lost: { stream: lostStream, fromSeq: lostSeq, toSeq: lostSeq },
    }
    await setGaps({ pending: [...told, gap].reduce(withGap, gaps.pending) })
    await storage.remove(batch.name)
    batches = batches.filter((other) => other !== batch)
    droppedBatches += 1
  }
  const makeRoom = async () => {
    const excess = () => batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - maxBytes
    const before = droppedBatches
    for (let oldest = batches[0]; oldest && batches.length > 1; oldest = batches[0]) {
      const isOld = clock.now() - oldest.toMs > maxAgeMs && oldest.toMs > 0
      if (!isOld && excess() <= 0) break
      await drop(oldest, isOld ? 'waited in the spool for too long' : 'the spool was full')
    }
    const dropped = droppedBatches - before
    if (dropped > 0 && !isDropping)
      log.warn('spool full: the oldest batches are dropped, each is told as a gap', { path: storage.path, maxBytes })
    isDropping = dropped > 0
  }

  /** While the disk takes nothing: bounded, and the oldest go. */
  const forgetInMemory = () => {
    if (open.length <= recordsInMemory) return
    const [oldest, ...rest] = open
    open = rest
    if (oldest?.kind !== 'snapshot') return
    const { observedAtMs: fromMs } = oldest
    const reason = 'the spool could not be written'
    gaps = { pending: withGap(gaps.pending, { kind: 'gap', fromMs, toMs: fromMs, snapshots: 1, reason }) }
  }

  return {
    add: (record) =>
      inTurn(async () => {
        open.push(record)
        const name = segmentName(stream, seq)
        try {
          if (isSegmentWhole) await storage.append(name, lines([record]))
          else await storage.write(name, lines(open))
          isSegmentWhole = true
        } catch (error) {
          if (isSegmentWhole) {
            const reason = (error as Error).message
            log.error('the spool can not be written; snapshots are kept in memory', { path: storage.path, reason })
          }
          isSegmentWhole = false
          forgetInMemory()
        }
      }),
    seal: (facts) =>
      inTurn(async () => {
        const segments = leftOver
        for (const segment of segments) {
          await sealSegment(segment, facts)
          leftOver = leftOver.filter((other) => other !== segment)
        }
        if (open.length > 0) {
          await sealSegment({ stream, seq, records: open }, facts)
          open = []
          isSegmentWhole = true
          seq += 1
        }
        await makeRoom()
      }),
    batches: () => batches,
    read: async (batch) => {
      try {
        return await readBatchFile(storage, batch)
      } catch (error) {
        log.error('a spooled batch is damaged and was put aside', {
          file: batch.name,
          reason: (error as Error).message,
        })
        await inTurn(() => storage.moveAside(batch.name)).catch(() => {})
        batches = batches.filter((other) => other !== batch)
        return undefined
      }
    },
    sent: (batch) =>
      inTurn(async () => {
        if (!batches.includes(batch)) return
        await storage.remove(batch.name)
        batches = batches.filter((other) => other !== batch)
      }),
    stats: () => ({
      batches: batches.length,
      bytes: batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      droppedBatches,
      openRecords: open.length,
    }),
  }
}

/** Kept in memory while the disk takes nothing. */
const recordsInMemory = 1_000

function lines(records: readonly BatchRecord[]): Uint8Array {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}
