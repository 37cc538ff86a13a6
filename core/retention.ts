/**
 * What may go, and why: by its key, its age and how far rollup has come. What is not named here stays, whatever its age:
 * the inbox (its age is an alarm, not a reason), state, layout, open notices, views, rollup's progress, and keys that are
 * none of ours.
 */
import {
  type BlockName,
  parseBlockKey,
  parseCheckpointKey,
  parseLakeKey,
  parseRejectedKey,
  parseReportKey,
  parseSentNoticeKey,
  parseSlotKey,
  probePrefix,
  type Shard,
} from './keys.ts'
import { objectEnd } from './rollup/rollup.ts'
import { parseRollupKey } from './rollup/rollup-keys.ts'
import type { Settings } from './settings.ts'

export type RetentionPolicy = Pick<
  Settings,
  'keepLogDays' | 'keepHourlyDays' | 'keepDailyDays' | 'keepReportsDays' | 'keepNoticesDays' | 'keepRejectedDays'
>

export interface SweepFacts {
  policy: RetentionPolicy
  nowMs: number
  /**
   * Blocks of a shard with a lower number are in the lake and in the rollups, and are neither head nor the last that
   * rollup took. A shard that is missing here loses nothing of its log.
   */
  coveredBelow: ReadonlyMap<Shard, number>
}

export interface Verdict {
  action: 'keep' | 'remove'
  reason: string
}

export interface JudgedObject {
  key: string
  /** Absent: the store doesn't say; then only a date in the key tells an age. */
  modifiedAtMs?: number
}

const dayMs = 86_400_000
/** A probe takes seconds; what is left after a day is that of a run which died. */
const probeDays = 1

/**
 * Age counts from the end of the time that an object holds, or from its last write where that was later: so a rule of the
 * store, which knows nothing but the last write, says the same.
 */
export function judge({ key, modifiedAtMs }: JudgedObject, { policy, nowMs, coveredBelow }: SweepFacts): Verdict {
  const olderThan = (days: number, what: string, endMs: number | undefined = modifiedAtMs): Verdict => {
    if (endMs === undefined) return keep(`${what} of unknown age`)
    const ageDays = (nowMs - Math.max(endMs, modifiedAtMs ?? endMs)) / dayMs
    return ageDays > days ? remove(`${what} older than ${days} days`) : keep(`${what} of the last ${days} days`)
  }
  const block = parseBlockKey(key)
  if (block)
    return isCovered(block, coveredBelow) ? olderThan(policy.keepLogDays, 'log') : keep('log not rolled up yet')
  const checkpoint = parseCheckpointKey(key)
  if (checkpoint) {
    const isTaken = isCovered(checkpoint, coveredBelow)
    return isTaken ? olderThan(policy.keepLogDays, 'checkpoint') : keep('checkpoint of a log not rolled up yet')
  }
  const lake = parseLakeKey(key)
  if (lake) return olderThan(policy.keepHourlyDays, 'Parquet', lake.dayMs + dayMs)
  const rollup = parseRollupKey(key)
  if (rollup) {
    const days = rollup.resolution === '1d' ? policy.keepDailyDays : policy.keepHourlyDays
    return olderThan(days, `rollup of ${rollup.resolution}`, objectEnd(rollup.resolution, rollup.startMs))
  }
  const report = parseReportKey(key)
  if (report) return olderThan(policy.keepReportsDays, 'report', report.dayMs + dayMs)
  const slot = parseSlotKey(key)
  if (slot) return olderThan(policy.keepReportsDays, 'slot of a report', slot.dayMs + dayMs)
  const notice = parseSentNoticeKey(key)
  if (notice) return olderThan(policy.keepNoticesDays, 'sent notice', notice.dayMs + dayMs)
  const rejected = parseRejectedKey(key)
  if (rejected) return olderThan(policy.keepRejectedDays, 'refused input', rejected.dayMs + dayMs)
  if (key.startsWith(probePrefix)) return olderThan(probeDays, 'probe')
  return keep('never swept')
}

/** Below both how far rollup has come and head: these two stay, so that whoever reads the log finds where it goes on. */
export function coveredBelow({ progress, head }: { progress: number; head: number }): number {
  return Math.min(progress, head)
}

function isCovered({ shard, n }: Pick<BlockName, 'shard' | 'n'>, covered: SweepFacts['coveredBelow']): boolean {
  return n < (covered.get(shard) ?? 0)
}

function keep(reason: string): Verdict {
  return { action: 'keep', reason }
}

function remove(reason: string): Verdict {
  return { action: 'remove', reason }
}
