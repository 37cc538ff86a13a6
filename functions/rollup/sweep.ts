/**
 * Removes what `core/retention.ts` lets go. On AWS rules of the bucket remove what age alone decides and the sweep takes
 * the log, which must have been rolled up; elsewhere it takes all.
 *
 * Nothing is decided from what a former run saw, each deletion stands by itself, and a key that is gone is no error: so it
 * may be run twice, at the same time, or be interrupted anywhere.
 */
import { pagesOf } from '../../adapters/bucket/pages.ts'
import type { Bucket, ListedObject } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { dropFromReportIndex } from '../../adapters/history/report-index.ts'
import type { Log } from '../../adapters/log/port.ts'
import {
  allRejectedPrefix,
  checkpointPrefix,
  lakePrefix,
  lakeTables,
  logPrefix,
  parseReportKey,
  probePrefix,
  reportsPrefix,
  type Shard,
  sentNoticesPrefix,
  slotsPrefix,
} from '../../core/keys.ts'
import { judge, type RetentionPolicy, type SweepFacts } from '../../core/retention.ts'
import { resolutions, rollupPrefix } from '../../core/rollup/rollup-keys.ts'
import { readCovered } from './covered.ts'

export interface SweepDeps {
  bucket: Bucket
  shards: readonly Shard[]
  policy: RetentionPolicy
  clock: Pick<Clock, 'now'>
  log: Log
}

export interface SweepOptions {
  /** `log`: only that, and its checkpoints; the store has rules for all else. */
  what?: 'all' | 'log'
  /** A run ends after so many; the next one goes on. */
  maxObjects?: number
  /**
   * Keys are in the order of their dates, nearly: so a prefix is left at its first page of which nothing goes. True: all
   * pages are looked at, for what lies behind foreign keys or was copied here.
   */
  thorough?: boolean
  onProgress?: (removed: { objects: number; bytes: number }) => void
}

export interface SweepOutcome {
  objects: number
  bytes: number
  /** It ended at its bound. */
  more: boolean
}

/** Some 12 s on a directory here; on S3 some 100 requests. */
const usualMaxObjects = 50_000

export async function sweepBucket(
  deps: SweepDeps,
  { what = 'all', maxObjects = usualMaxObjects, thorough = false, onProgress }: SweepOptions = {},
): Promise<SweepOutcome> {
  const { bucket, shards, policy, clock } = deps
  const facts: SweepFacts = { policy, nowMs: clock.now(), coveredBelow: await readCovered(deps) }
  const outcome: SweepOutcome = { objects: 0, bytes: 0, more: false }
  const logs = [...shards.map(logPrefix), ...shards.map(checkpointPrefix)]
  for (const prefix of what === 'log' ? logs : [...logs, ...datedPrefixes]) {
    for await (const page of pagesOf(bucket, prefix)) {
      const old = page.filter((object) => judge(object, facts).action === 'remove')
      const going = old.slice(0, maxObjects - outcome.objects)
      await remove(bucket, going)
      outcome.objects += going.length
      for (const { sizeBytes } of going) outcome.bytes += sizeBytes
      onProgress?.(outcome)
      if (going.length < old.length) return { ...outcome, more: true }
      if (old.length === 0 && !thorough) break
    }
  }
  return outcome
}

/** What the store's own rules know as well; see infra/stack/bucket.yml. */
const datedPrefixes = [
  ...lakeTables.map(lakePrefix),
  ...resolutions.map(rollupPrefix),
  reportsPrefix,
  slotsPrefix,
  sentNoticesPrefix,
  allRejectedPrefix,
  probePrefix,
]

async function remove(bucket: Bucket, objects: readonly ListedObject[]): Promise<void> {
  if (objects.length === 0) return
  const reports = new Set(objects.flatMap(({ key }) => parseReportKey(key)?.id ?? []))
  if (reports.size > 0) await dropFromReportIndex(bucket, reports)
  await bucket.delete(objects.map(({ key }) => key))
}
