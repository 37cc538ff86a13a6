/**
 * rollup, one run for one shard: the log, from where the last run stopped to state's head, into the lake and the rollups.
 *
 *     log blocks -> hours of Parquet (covers) -> 5 minutes -> hours -> days -> progress
 *
 * Each step can be done again by anybody at any time and changes nothing twice: a file of the lake says up to which block
 * it holds everything, a rollup is made whole from what is below it, and progress comes last.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { unpack } from '../../core/codec.ts'
import { beforeBlock, type LakeTable, logPrefix, rollupProgressKey, type Shard, stateKey } from '../../core/keys.ts'
import { committedChain, type Head, type ListedBlock } from '../../core/log-chain.ts'
import { bucketMs, objectStart } from '../../core/rollup/rollup.ts'
import { type LakeRecord, lakeRecords } from '../../core/rollup/tables.ts'
import { parseBlock } from '../../core/shard/block.ts'
import { parseState, stateMaxBytes } from '../../core/shard/state.ts'
import { foldHour, foldParts } from './fold.ts'
import { addToLakeTable, readLakeTable } from './lake.ts'
import { inParallel } from './parallel.ts'
import { type Progress, putProgress, readProgress } from './progress.ts'
import { DamagedObjectError } from './replace.ts'

export interface RollupDeps {
  bucket: Bucket
  log: Log
  /** What one slice takes at most, so that memory stays bounded however much has piled up. */
  slice?: { blocks: number; bytes: number }
}

export type RollupOutcome =
  | { outcome: 'idle'; shard: Shard }
  | { outcome: 'rolled-up'; shard: Shard; toBlock: number; blocks: number; hours: number; orphans: number }

const defaultSlice = { blocks: 500, bytes: 16 * 1024 * 1024 }
const readsAtOnce = 16
const hoursAtOnce = 4
/** Covered blocks that are listed once more, for what a slow run left among them since. */
const lookBackBlocks = 100
/** Larger than what a run may take; what is above it is not ours. */
const blockMaxBytes = 512 * 1024 * 1024

export async function rollupShard({
  bucket,
  shard,
  log,
  slice = defaultSlice,
}: RollupDeps & { shard: Shard }): Promise<RollupOutcome> {
  // In this order: progress read first is never ahead of the head.
  let progress = await readProgress(bucket, shard, log)
  const head = await readHead(bucket, shard)
  if (!head || (head.n === progress.n && head.write === progress.write)) return { outcome: 'idle', shard }
  const { waiting, orphans } = await listWaiting({ bucket, shard, head, progress, log })
  await bucket.delete(orphans)
  const damaged = new Map<number, DamagedObjectError>()
  const hours = new Set<number>()
  for (const blocks of slices(waiting, slice)) {
    const last = blocks.at(-1)?.name
    if (!last || last.n <= progress.n) continue
    const touched = await rollupSlice({ bucket, shard, log, blocks, covers: last.n, damaged })
    for (const hourMs of touched) hours.add(hourMs)
    if (damaged.size === 0) progress = await putProgress(bucket, shard, { n: last.n, write: last.write })
  }
  if (damaged.size > 0) throw damagedError(shard, progress, [...damaged.values()])
  return {
    outcome: 'rolled-up',
    shard,
    toBlock: head.n,
    blocks: waiting.length,
    hours: hours.size,
    orphans: orphans.length,
  }
}

async function readHead(bucket: Bucket, shard: Shard): Promise<Head | undefined> {
  const object = await bucket.get(stateKey(shard))
  return object && parseState(unpack(object.body, stateMaxBytes), shard).head
}

async function listWaiting({
  bucket,
  shard,
  head,
  progress,
  log,
}: RollupDeps & { shard: Shard; head: Head; progress: Progress }): Promise<{ waiting: Listed[]; orphans: string[] }> {
  const sizes = new Map<string, number>()
  let startAfter = beforeBlock(shard, Math.max(0, progress.n - lookBackBlocks))
  for (let more = true; more; ) {
    const page = await bucket.list(logPrefix(shard), { startAfter })
    for (const { key, sizeBytes } of page.objects) sizes.set(key, sizeBytes)
    startAfter = page.objects.at(-1)?.key ?? startAfter
    more = page.more
  }
  const { committed, orphans } = committedChain([...sizes.keys()], head)
  const waiting = committed.filter(({ name }) => name.n > progress.n)
  const first = waiting[0]?.name
  if (first?.n !== progress.n + 1 || first.prev !== progress.write) {
    const found = first ? `begins at block ${first.n} after write ${first.prev}` : `lacks its head, block ${head.n}`
    const expected = `block ${progress.n + 1} after write ${progress.write}`
    if (progress.n > 0 || !first) {
      throw new Error(
        `rollup: the log of shard ${shard} ${found}: expected ${expected}; was state, log or progress put back?`,
      )
    }
    log.warn('the log no longer reaches back to its beginning; what was swept from it is not read again', {
      shard,
      firstBlock: first.n,
    })
  }
  return { waiting: waiting.map((block) => ({ ...block, sizeBytes: sizes.get(block.key) ?? 0 })), orphans }
}

type Listed = ListedBlock & { sizeBytes: number }

function* slices(blocks: readonly Listed[], bound: { blocks: number; bytes: number }): Generator<Listed[]> {
  let slice: Listed[] = []
  let bytes = 0
  for (const block of blocks) {
    if (slice.length > 0 && (slice.length >= bound.blocks || bytes + block.sizeBytes > bound.bytes)) {
      yield slice
      slice = []
      bytes = 0
    }
    slice.push(block)
    bytes += block.sizeBytes
  }
  if (slice.length > 0) yield slice
}

interface Slice {
  bucket: Bucket
  shard: Shard
  log: Log
  blocks: readonly Listed[]
  /** Number of the last of `blocks`. */
  covers: number
  /**
   * By hour; filled here. Such an hour is left alone for the rest of the run: a file of it that took a later slice without
   * this one would claim to cover both.
   */
  damaged: Map<number, DamagedObjectError>
}

/** Resolves to the hours that the slice has rows of. */
async function rollupSlice({ bucket, shard, log, blocks, covers, damaged }: Slice): Promise<number[]> {
  const hours = await readHours(bucket, blocks)
  const folded: number[] = []
  const unlessDamaged = async (hourMs: number, act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof DamagedObjectError)) throw error
      damaged.set(hourMs, error)
    }
  }
  await inParallel([...hours], hoursAtOnce, async ([hourMs, tables]) => {
    if (damaged.has(hourMs)) return
    const hour = { bucket, shard, hourMs }
    await unlessDamaged(hourMs, async () => {
      await foldHour({ bucket, shard, log }, hourMs, (table) => {
        const records = tables.get(table)
        return records ? addToLakeTable({ ...hour, table, records, covers }) : readLakeTable({ ...hour, table })
      })
      folded.push(hourMs)
    })
  })
  const days = Map.groupBy(folded.sort(ascending), (hourMs) => objectStart('1h', hourMs))
  for (const [dayMs, hoursOfDay] of days) {
    await unlessDamaged(dayMs, () => foldParts({ bucket, shard, log }, '1h', hoursOfDay))
  }
  const months = Map.groupBy(days.keys(), (dayMs) => objectStart('1d', dayMs))
  for (const [monthMs, daysOfMonth] of months) {
    await unlessDamaged(monthMs, () => foldParts({ bucket, shard, log }, '1d', daysOfMonth))
  }
  return [...hours.keys()]
}

/** The blocks' rows by hour of event time and table. */
async function readHours(
  bucket: Bucket,
  blocks: readonly Listed[],
): Promise<Map<number, Map<LakeTable, LakeRecord[]>>> {
  const hours = new Map<number, Map<LakeTable, LakeRecord[]>>()
  for (let at = 0; at < blocks.length; at += readsAtOnce) {
    const read = await Promise.all(blocks.slice(at, at + readsAtOnce).map((block) => readBlock(bucket, block)))
    for (const { table, atMs, record } of read.flat()) {
      const hourMs = Math.floor(atMs / bucketMs['1h']) * bucketMs['1h']
      const tables = hours.get(hourMs) ?? new Map<LakeTable, LakeRecord[]>()
      const records = tables.get(table) ?? []
      records.push(record)
      hours.set(hourMs, tables.set(table, records))
    }
  }
  return hours
}

async function readBlock(bucket: Bucket, { key, name }: ListedBlock) {
  const object = await bucket.get(key)
  if (!object) throw new Error(`rollup: ${key} is on the committed chain and not in the bucket`)
  try {
    const { header, rows } = parseBlock(unpack(object.body, blockMaxBytes))
    if (header.n !== name.n || header.write !== name.write || header.shard !== name.shard) {
      throw new Error(`its header names block ${header.n}, write ${header.write} of shard ${header.shard}`)
    }
    return rows.flatMap((row, index) => lakeRecords(row, name.n, index))
  } catch (cause) {
    throw new Error(`rollup: block ${key} can't be read: ${(cause as Error).message}`, { cause })
  }
}

function damagedError(shard: Shard, progress: Progress, errors: DamagedObjectError[]): AggregateError {
  const advice = `Put back an undamaged copy; or, while no rollup runs, delete it and ${rollupProgressKey(shard)}: what the log still has of that hour is then added again.`
  return new AggregateError(
    errors,
    `rollup: shard ${shard} stays at block ${progress.n}, nothing is lost and all other hours went on: ${errors
      .map(({ message }) => message)
      .join('; ')}. ${advice}`,
  )
}

function ascending(a: number, b: number): number {
  return a - b
}
