/**
 * rollup, one run for one shard: the log, from where the last run stopped to state's head, into the lake and the rollups.
 *
 *     log blocks -> days of Parquet (covers) -> 5 minutes -> hours -> days -> progress
 *
 * Each step can be done again by anybody at any time and changes nothing twice: a file of the lake says up to which block
 * it holds everything, a rollup is made whole from what is below it, and progress comes last.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Shard } from '../../core/keys.ts'
import { objectStart } from '../../core/rollup/rollup.ts'
import { rollupProgressKey } from '../../core/rollup/rollup-keys.ts'
import { foldHour, foldParts } from './fold.ts'
import { addToLakeTable, createLakeReader } from './lake.ts'
import { inParallel } from './parallel.ts'
import { type Progress, putProgress, readProgress } from './progress.ts'
import { listWaiting, readDays, readHead, slices, type WaitingBlock } from './read-log.ts'
import { UnreadableObjectError } from './replace.ts'

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
const hoursAtOnce = 4

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
  const unreadable = new Map<number, UnreadableObjectError>()
  const hours = new Set<number>()
  for (const blocks of slices(waiting, slice)) {
    const last = blocks.at(-1)?.name
    if (!last || last.n <= progress.n) continue
    const touched = await rollupSlice({ bucket, shard, log, blocks, covers: last.n, unreadable })
    for (const hourMs of touched) hours.add(hourMs)
    if (unreadable.size === 0) progress = await putProgress(bucket, shard, { n: last.n, write: last.write })
  }
  if (unreadable.size > 0) throw unreadableError(shard, progress, [...unreadable.values()])
  return {
    outcome: 'rolled-up',
    shard,
    toBlock: head.n,
    blocks: waiting.length,
    hours: hours.size,
    orphans: orphans.length,
  }
}

interface Slice {
  bucket: Bucket
  shard: Shard
  log: Log
  blocks: readonly WaitingBlock[]
  /** Number of the last of `blocks`. */
  covers: number
  /**
   * By day; filled here. Such a day is left alone for the rest of the run: a file of it that took a later slice without
   * this one would claim to cover both.
   */
  unreadable: Map<number, UnreadableObjectError>
}

/** Resolves to the hours that the slice has rows of. */
async function rollupSlice({ bucket, shard, log, blocks, covers, unreadable }: Slice): Promise<number[]> {
  const days = await readDays(bucket, blocks)
  const folded: number[] = []
  const unlessUnreadable = async (startMs: number, act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof UnreadableObjectError)) throw error
      unreadable.set(startMs, error)
    }
  }
  for (const [dayMs, { tables, hours }] of days) {
    if (unreadable.has(dayMs)) continue
    await unlessUnreadable(dayMs, async () => {
      await inParallel([...tables], tables.size, ([table, rows]) =>
        addToLakeTable({ bucket, shard, dayMs, table, rows: rows.build(), covers }),
      )
      // All that the day's tables took is in them before anything is made of it.
      const read = createLakeReader({ bucket, shard })
      await inParallel([...hours].sort(ascending), hoursAtOnce, (hourMs) =>
        foldHour({ bucket, shard, log }, hourMs, (table) => read(table, hourMs)),
      )
      folded.push(...hours)
    })
  }
  const foldedDays = Map.groupBy(folded.sort(ascending), (hourMs) => objectStart('1h', hourMs))
  for (const [dayMs, hoursOfDay] of foldedDays) {
    await unlessUnreadable(dayMs, () => foldParts({ bucket, shard, log }, '1h', hoursOfDay))
  }
  const months = Map.groupBy(foldedDays.keys(), (dayMs) => objectStart('1d', dayMs))
  for (const [monthMs, daysOfMonth] of months) {
    await unlessUnreadable(monthMs, () => foldParts({ bucket, shard, log }, '1d', daysOfMonth))
  }
  return [...days.values()].flatMap(({ hours }) => [...hours])
}

function unreadableError(shard: Shard, progress: Progress, errors: UnreadableObjectError[]): AggregateError {
  const advice = errors.some(({ isNewer }) => !isNewer)
    ? ` Put back an undamaged copy; or, while no rollup runs, delete what is damaged and ${rollupProgressKey(shard)}: what the log still has of that day is then added again.`
    : ''
  return new AggregateError(
    errors,
    `rollup: shard ${shard} stays at block ${progress.n}, nothing is lost and all other days went on: ${errors
      .map(({ message }) => message)
      .join('; ')}.${advice}`,
  )
}

function ascending(a: number, b: number): number {
  return a - b
}
