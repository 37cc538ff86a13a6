/**
 * The durable queue between the collectors and the bucket.
 *
 *     add --> open-<stream>-<seq>.ndjson --seal--> batch-<stream>-<seq>-….ndjson.zst --sent--> gone
 *                                                         '--no room, too old--> gaps.json --seal--> in a later batch
 *
 * A snapshot is in its file when `add` resolves. A batch is on disk before it is sent, and leaves when the bucket has it. What
 * has to go for want of room is written into gaps.json first. A process that dies at any point leaves what the next one
 * puts right (see recover.ts). A disk that fails is told once, and stops nothing: batches are sent from memory, and written
 * when it takes them again (see in-memory.ts, memory-bound.ts). What a power cut costs stands in directory-storage.ts.
 */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { AgentGap, BatchRecord } from '../../core/batch.ts'
import {
  type BatchFile,
  gapsInside,
  type HeaderFacts,
  type MadeBatch,
  makeBatchFile,
  openBatchFile,
} from './batch-file.ts'
import { afterSealing, encodeGaps, type Gaps, gapOf, withGap } from './gaps.ts'
import { partsOf, standing } from './in-memory.ts'
import { forgetOldest } from './memory-bound.ts'
import { gapsName, type SpooledBatch, segmentName } from './names.ts'
import { readIfThere, readTries } from './read-file.ts'
import { damagedReason, damagedRemedy, recover, unreadableReason } from './recover.ts'
import { type Bounds, createAges, firstToDrop, totalBytes } from './room.ts'
import { encodeLines, newSegment, type Segment, timesOf } from './segment.ts'
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
  /** It outlives the process when it resolves, unless the disk fails: then it is kept in memory, and told. */
  add(record: BatchRecord): Promise<void>
  /** Makes a batch of what was added; nothing, if nothing was. What the disk refuses is written by a later call. */
  seal(facts: HeaderFacts): Promise<void>
  /** Oldest first; those in memory, which the disk has refused, behind the others. */
  batches(): readonly SpooledBatch[]
  /** Undefined: it is damaged, put aside, and its loss is written down. Throws when it can't be read now. */
  read(batch: SpooledBatch): Promise<BatchFile | undefined>
  /** The bucket has it. */
  sent(batch: SpooledBatch): Promise<void>
  stats(): SpoolStats
  /** Other bounds from the next batch on. */
  setBounds(bounds: Bounds): void
}

export interface SpoolStats {
  batches: number
  bytes: number
  /** Since the start of this process. */
  droppedBatches: number
  /** Those that were in them, or in memory when it held no more; since the start of this process. */
  droppedSnapshots: number
  /** `memory`: the disk took nothing when it was last tried. */
  state: 'disk' | 'memory'
  /** Not yet in a batch. */
  openRecords: number
  openBytes: number
}

/** Kept while the disk takes nothing: some 4 MiB. */
const recordsInMemory = 1_000

/** Throws what the disk says when it can't be read. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { storage, stream, clock, log } = options
  const recovered = await recover(options)
  let bounds: Bounds = options
  let { gaps, batches } = recovered
  /** Closed, and no batch on disk yet: what dead processes left, and what the disk has refused. Oldest first. */
  let closed = recovered.segments
  let open = newSegment({ stream, seq: 1 })
  let openBytes = 0
  /** False: a write failed and may have taken effect, so that nobody knows what gaps.json says. */
  let { areGapsOnDisk } = recovered
  let droppedBatches = 0
  let droppedSnapshots = 0
  let isDropping = false
  let isFailing = false
  let unreadInARow = 0
  const ages = createAges(batches, { nowMs: clock.now(), monotonicMs: clock.monotonicMs() })
  let queue: Promise<unknown> = Promise.resolve()

  /** One change at a time: each is several steps on disk. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = queue.then(act)
    queue = done.catch(() => {})
    return done
  }
  const failed = (error: unknown) => {
    if (!isFailing) {
      const reason = (error as Error).message
      log.error('the spool can not be written; snapshots are kept in memory', { path: storage.path, reason })
    }
    isFailing = true
  }
  const worked = () => {
    if (isFailing) log.info('the spool can be written again', { path: storage.path })
    isFailing = false
  }
  const setGaps = async (next: Gaps) => {
    areGapsOnDisk = false
    await storage.write(gapsName, encodeGaps(next))
    gaps = next
    areGapsOnDisk = true
  }
  const fileOf = ({ name }: SpooledBatch) => ({ path: `${storage.path}/${name}` })
  const lost = (batch: SpooledBatch) => {
    forget(batch)
    droppedBatches += 1
    droppedSnapshots += batch.snapshots
  }
  const forget = (batch: SpooledBatch) => {
    batches = batches.filter((other) => other !== batch)
    ages.gone(batch.name)
  }

  /** Only a batch whose segment and told losses are off the disk is shown: else they could be made into a second one. */
  const sealOldest = async (segment: Segment, facts: HeaderFacts) => {
    const { stream: of, seq, isDamaged } = segment
    if (segment.batch) return await writeBatch(segment, segment.batch)
    let entry = segment.mayStand ? await standing(storage, segment) : undefined
    if (!entry) {
      const told = gaps.pending
      if (told.length > 0) await setGaps({ pending: told, sealing: { stream: of, seq, told: told.length } })
      const made = makeBatchFile(segment, { facts, told })
      segment.mayStand = true
      await storage.write(made.entry.name, made.body)
      entry = made.entry
    }
    if (gaps.sealing?.stream === of && gaps.sealing.seq === seq) await setGaps(afterSealing(gaps))
    const name = segmentName(of, seq)
    if (isDamaged) await storage.moveAside(name)
    else await storage.remove(name)
    written(segment, entry)
  }
  /** It may be in the bucket already: the same bytes, and nothing of it is to be struck out. */
  const writeBatch = async (segment: Segment, { entry, body }: MadeBatch) => {
    segment.mayStand = true
    await storage.write(entry.name, body)
    written(segment, entry)
  }
  const written = (segment: Segment, entry: SpooledBatch) => {
    closed = closed.filter((other) => other !== segment)
    batches = [...batches, entry]
    ages.seen(entry.name, clock.monotonicMs())
  }
  /**
   * What the disk has refused is sent from memory, once it has nothing of it: a process after this one would else send
   * the same number with other content. The losses that are still to be told wait for the disk, which may know of them.
   */
  const takeOffDisk = async (segment: Segment, facts: HeaderFacts) => {
    if (segment.isOnDisk) return
    if (segment.mayStand) segment.mayStand = (await standing(storage, segment)) !== undefined
    if (segment.mayStand || segment.batch) return
    const { onDisk, inMemory } = await partsOf(storage, segment)
    segment.isOnDisk = onDisk.length > 0
    if (inMemory.length === 0) return
    const rest = onDisk.length > 0 ? { ...newSegment({ stream, seq: open.seq }), records: inMemory } : segment
    if (rest !== segment) {
      segment.records = onDisk
      open = newSegment({ stream, seq: open.seq + 1 })
      closed = [...closed, rest]
    }
    // Else a batch that comes to stand there later would strike out what it does not tell.
    if (gaps.sealing?.stream === rest.stream && gaps.sealing.seq === rest.seq) {
      gaps = { pending: gaps.pending }
      areGapsOnDisk = false
    }
    rest.isOnDisk = false
    rest.batch = makeBatchFile(rest, { facts, told: [] })
  }
  const allOffDisk = async (facts: HeaderFacts) => {
    // One at which the disk fails again is asked for at the next seal.
    for (const segment of closed) await takeOffDisk(segment, facts).catch(() => {})
  }
  const heldAs = (batch: SpooledBatch) => closed.find((segment) => segment.batch?.entry === batch)
  /** What a batch tells of earlier losses, which must not go with it. A disk that does not give it now may give it later. */
  const toldIn = async (batch: SpooledBatch): Promise<AgentGap[] | 'later' | 'never'> => {
    try {
      const body = await readIfThere(storage, batch.name)
      unreadInARow = 0
      return body ? gapsInside(body) : []
    } catch (error) {
      unreadInARow += 1
      const reason = (error as Error).message
      if (unreadInARow === 1) log.warn('a batch can not be read in the spool', { ...fileOf(batch), reason })
      return unreadInARow < readTries ? 'later' : 'never'
    }
  }
  /** Its loss is told as a gap; the file is kept. */
  const giveUp = async (batch: SpooledBatch, reason: string) => {
    await setGaps(withGap(gaps, gapOf(batch, reason)))
    lost(batch)
    const movedTo = await storage.moveAside(batch.name)
    log.error('a batch in the spool is lost; that is told as a gap, and the file is kept', {
      ...fileOf(batch),
      reason,
      movedTo,
      remedy: damagedRemedy,
    })
  }
  const makeRoom = async () => {
    const before = droppedBatches
    const ageMs = (batch: SpooledBatch) => ages.ageMs(batch, clock.monotonicMs())
    for (let next = firstToDrop(batches, bounds, ageMs); next; next = firstToDrop(batches, bounds, ageMs)) {
      const { batch, reason } = next
      const told = await toldIn(batch)
      if (told === 'later') break
      if (told === 'never') {
        await giveUp(batch, unreadableReason)
        continue
      }
      await setGaps([...told, gapOf(batch, reason)].reduce(withGap, gaps))
      lost(batch)
      if (!isDropping) log.warn('the oldest batches are dropped, each told as a gap', { path: storage.path, reason })
      isDropping = true
      await storage.remove(batch.name)
    }
    if (droppedBatches === before) isDropping = false
  }
  const shown = () => [...batches, ...closed.flatMap(({ batch }) => batch?.entry ?? [])]
  const heldSnapshots = () => [...closed, open].reduce((sum, { records }) => sum + timesOf(records).length, 0)
  const boundMemory = () => {
    const before = { batches: closed.length, snapshots: heldSnapshots() }
    ;({ closed, open, gaps } = forgetOldest({ closed, open, gaps }, recordsInMemory))
    droppedBatches += before.batches - closed.length
    droppedSnapshots += before.snapshots - heldSnapshots()
  }

  return {
    add: (record) =>
      inTurn(async () => {
        const line = encodeLines([record])
        open.records.push(record)
        openBytes += line.byteLength
        const name = segmentName(stream, open.seq)
        try {
          if (open.isOnDisk) await storage.append(name, line)
          else await storage.write(name, encodeLines(open.records))
          open.isOnDisk = true
        } catch (error) {
          open.isOnDisk = false
          failed(error)
          boundMemory()
        }
      }),
    seal: (facts) =>
      inTurn(async () => {
        if (open.records.length > 0) {
          closed = [...closed, open]
          open = newSegment({ stream, seq: open.seq + 1 })
          openBytes = 0
        }
        try {
          if (!areGapsOnDisk) await setGaps(gaps)
          for (const segment of closed) await sealOldest(segment, facts)
          await makeRoom()
          worked()
        } catch (error) {
          failed(error)
          await allOffDisk(facts)
          boundMemory()
        }
      }),
    batches: shown,
    read: async (batch) => {
      const inMemory = heldAs(batch)?.batch
      if (inMemory) return openBatchFile(batch, inMemory.body)
      const body = await readIfThere(storage, batch.name)
      const file = body && openBatchFile(batch, body)
      if (file) return file
      await inTurn(async () => {
        if (!batches.includes(batch)) return
        if (body) return giveUp(batch, damagedReason)
        await setGaps(withGap(gaps, gapOf(batch, damagedReason)))
        lost(batch)
        log.error('a batch in the spool is gone; that is told as a gap', fileOf(batch))
      })
      return undefined
    },
    sent: (batch) =>
      inTurn(async () => {
        const held = heldAs(batch)
        if (!held && !batches.includes(batch)) return
        if (!held || held.mayStand) await storage.remove(batch.name)
        closed = closed.filter((segment) => segment !== held)
        forget(batch)
      }),
    setBounds: (next) => {
      bounds = next
    },
    stats: () => ({
      batches: shown().length,
      bytes: totalBytes(shown()),
      droppedBatches,
      droppedSnapshots,
      state: isFailing ? 'memory' : 'disk',
      openRecords: open.records.length,
      openBytes,
    }),
  }
}
