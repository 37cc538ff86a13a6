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
import {
  type AgentGap,
  type BatchHeader,
  type BatchRecord,
  batchVersion,
  encodeBatch,
  parseBatch,
} from '../../core/batch.ts'
import { pack, sha16, unpack } from '../../core/codec.ts'
import { type InboxName, inboxKey } from '../../core/keys.ts'
import { limits } from '../../core/limits.ts'
import { encodeGaps, type Gaps, isLost, parseGaps, withGap } from './gaps.ts'
import { batchName, gapsName, parseBatchName, parseSegmentName, type SpooledBatch, segmentName } from './names.ts'
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

/** What the header of a batch says of its host at the moment of sealing. */
export type HeaderFacts = Omit<BatchHeader, 'kind' | 'v' | 'stream' | 'seq'>

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

  return {
    add: (record) =>
      inTurn(async () => {
        await storage.append(segmentName(stream, seq), Buffer.from(`${JSON.stringify(record)}\n`))
        open.push(record)
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
          seq += 1
        }
        await makeRoom()
      }),
    batches: () => batches,
    read: (batch) =>
      readBatch({ storage, log }, batch, async () => {
        batches = batches.filter((other) => other !== batch)
      }),
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

export interface Segment {
  stream: string
  seq: number
  records: BatchRecord[]
}

function makeBatchFile(
  { stream, seq, records }: Segment,
  facts: HeaderFacts,
): { entry: SpooledBatch; body: Uint8Array } {
  const body = pack(encodeBatch({ header: { kind: 'batch', v: batchVersion, stream, seq, ...facts }, records }))
  const times = records.flatMap((record) => (record.kind === 'snapshot' ? [record.observedAtMs] : []))
  const atMs = records.flatMap((record) => (record.kind === 'goodbye' ? [record.observedAtMs] : []))[0] ?? 0
  const parts = {
    stream,
    seq,
    sha16: sha16(body),
    fromMs: Math.trunc(times.length > 0 ? Math.min(...times) : atMs),
    toMs: Math.trunc(times.length > 0 ? Math.max(...times) : atMs),
    snapshots: times.length,
  }
  return { entry: { name: batchName(parts), ...parts, sizeBytes: body.byteLength }, body }
}

/** The name and the bytes for the inbox; a file that is damaged is put aside, and is no batch any more. */
async function readBatch(
  { storage, log }: { storage: SpoolStorage; log: Log },
  batch: SpooledBatch,
  forget: () => Promise<void>,
): Promise<{ key: string; body: Uint8Array } | undefined> {
  try {
    const body = await storage.read(batch.name)
    const host = headerOf(body).host
    if (sha16(body) !== batch.sha16) throw new Error('its content is not what its name says')
    const name: InboxName = { host, stream: batch.stream, seq: batch.seq, sha16: batch.sha16 }
    return { key: inboxKey(name), body }
  } catch (error) {
    log.error('a spooled batch is damaged and was put aside', { file: batch.name, reason: (error as Error).message })
    await storage.moveAside(batch.name).catch(() => {})
    await forget()
    return undefined
  }
}

function headerOf(body: Uint8Array): { host: string } {
  const parsed = parseBatch(unpack(body, limits.batchBytes))
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.batch.header
}

/** A batch that is dropped may itself tell of earlier losses: they must not go with it. */
async function gapsInside(storage: SpoolStorage, batch: SpooledBatch): Promise<AgentGap[]> {
  try {
    const parsed = parseBatch(unpack(await storage.read(batch.name), limits.batchBytes))
    return parsed.ok ? parsed.batch.records.filter((record) => record.kind === 'gap') : []
  } catch {
    return []
  }
}

interface Recovered {
  gaps: Gaps
  batches: SpooledBatch[]
  segments: Segment[]
}

/** What the process before this one left, put right. Foreign and damaged files are put aside, and told. */
async function recover({ storage, log }: SpoolOptions): Promise<Recovered> {
  const files = await storage.list()
  const aside = async (name: string, reason: string) => {
    log.warn('a file in the spool is not usable and was put aside', { path: `${storage.path}/${name}`, reason })
    await storage.moveAside(name)
  }
  let batches = files.flatMap(({ name, sizeBytes }) => parseBatchName(name, sizeBytes) ?? [])
  const has = ({ stream, seq }: { stream: string; seq: number }) =>
    batches.some((batch) => batch.stream === stream && batch.seq === seq)
  let gaps: Gaps = { pending: [] }
  const segments: Segment[] = []
  for (const { name } of files) {
    const segment = parseSegmentName(name)
    if (name === gapsName) {
      try {
        gaps = parseGaps(await storage.read(name))
      } catch (error) {
        await aside(name, `expected the losses still to be told: ${(error as Error).message}`)
      }
    } else if (segment && has(segment)) {
      // Sealed; only its removal was not reached.
      await storage.remove(name)
    } else if (segment) {
      const { records, torn } = readSegment(await storage.read(name))
      if (torn > 0)
        log.warn('the last record in the spool was not written to its end', { path: storage.path, bytes: torn })
      if (records.length > 0) segments.push({ ...segment, records })
      else await storage.remove(name)
    } else if (!parseBatchName(name, 0)) {
      await aside(name, 'no name that the spool gives')
    }
  }
  // Told already, in a batch that was written; or not, and then it still is to be.
  if (gaps.sealing) {
    gaps = has(gaps.sealing) ? { pending: [] } : { pending: gaps.pending }
    await storage.write(gapsName, encodeGaps(gaps))
  }
  for (const batch of batches.filter((one) => isLost(gaps.pending, one))) {
    // Its loss is written down; only its removal was not reached.
    await storage.remove(batch.name)
    batches = batches.filter((other) => other !== batch)
  }
  return { gaps, batches: batches.sort((a, b) => a.toMs - b.toMs || a.seq - b.seq), segments }
}

/** Lines as far as they are whole. */
function readSegment(bytes: Uint8Array): { records: BatchRecord[]; torn: number } {
  const text = Buffer.from(bytes).toString('utf8')
  const end = text.lastIndexOf('\n') + 1
  const records: BatchRecord[] = []
  for (const line of text.slice(0, end).split('\n')) {
    if (line === '') continue
    try {
      records.push(JSON.parse(line) as BatchRecord)
    } catch {
      return { records, torn: bytes.byteLength }
    }
  }
  return { records, torn: text.length - end }
}
