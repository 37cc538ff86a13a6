/** What is missing: how many snapshots there should have been, and the times in which none came. */
import type { BucketHead } from '../rollup/host-history.ts'
import type { Coverage, GapReport } from './report.ts'

export interface CoverageSources {
  /** Of one host, ascending. */
  buckets: readonly BucketHead[]
  /** Begin of each bucket that the period has, and their length. */
  slots: readonly number[]
  slotMs: number
  /** The interval of its snapshots before the period; absent: it is new, and has missed nothing before its first one. */
  intervalBeforeMs?: number
  /** When the report was made. */
  nowMs: number
  /** The newest snapshot that was evaluated: what came up to it is not missing, though it may not be rolled up yet. */
  lastEventMs?: number
}

/** What is younger may still be on its way: sent every five minutes, evaluated every minute. */
const onItsWayMs = 600_000
/** Rollup runs once an hour at least. */
const rollupLagMs = 7_200_000

/** Slots of a time that is over, from the host's beginning on, with what they have and should have. */
export interface JudgedSlot {
  startMs: number
  snapshots: number
  expected: number
  intervalMs: number
}

export function coverageOf({ buckets }: CoverageSources, judged: readonly JudgedSlot[]): Coverage {
  const snapshots = buckets.reduce((sum, bucket) => sum + bucket.snapshots, 0)
  if (judged.length === 0) return { snapshots }
  const seen = judged.reduce((sum, slot) => sum + slot.snapshots, 0)
  const planned = judged.reduce((sum, slot) => sum + slot.expected, 0)
  // A part of a snapshot is none that is missing.
  const expected = Math.max(snapshots, Math.floor(planned + snapshots - seen + 1e-6))
  return { snapshots, expected, ...(expected > 0 ? { percent: (100 * snapshots) / expected } : {}) }
}

/** Times without a single snapshot, to a slot's length. */
export function silences({ slotMs }: CoverageSources, judged: readonly JudgedSlot[]): GapReport[] {
  const runs: { fromMs: number; toMs: number; expected: number; intervalMs: number }[] = []
  for (const { startMs, snapshots, expected, intervalMs } of judged) {
    if (snapshots > 0) continue
    const toMs = startMs + slotMs
    const last = runs.at(-1)
    if (last?.toMs === startMs) runs.splice(-1, 1, { ...last, toMs, expected: last.expected + expected })
    else runs.push({ fromMs: startMs, toMs, expected, intervalMs })
  }
  // Whose interval is as long as a slot leaves slots empty that miss nothing.
  return runs
    .filter(({ fromMs, toMs, intervalMs }) => toMs - fromMs > intervalMs)
    .map(({ fromMs, toMs, expected }) => ({ fromMs, toMs, snapshots: Math.round(expected), reason: 'nothing came' }))
}

export function judgedSlots(sources: CoverageSources): JudgedSlot[] {
  const { buckets, slots, slotMs, intervalBeforeMs } = sources
  const first = buckets[0]
  const untilMs = judgedUntil(sources)
  const isNew = intervalBeforeMs === undefined
  let intervalMs = intervalBeforeMs ?? buckets.find((bucket) => bucket.intervalMs !== undefined)?.intervalMs
  const judged: JudgedSlot[] = []
  let next = 0
  for (const startMs of slots) {
    while (next < buckets.length && (buckets[next]?.startMs ?? 0) < startMs) next += 1
    const bucket = buckets[next]?.startMs === startMs ? buckets[next] : undefined
    const snapshots = bucket?.snapshots ?? 0
    intervalMs = bucket?.intervalMs ?? intervalMs
    if (intervalMs === undefined || startMs + slotMs > untilMs) continue
    if (isNew && (!first || startMs < first.startMs)) continue
    // Of the slot in which a host is new only a part is its own.
    const expected = isNew && bucket === first ? snapshots : slotMs / intervalMs
    judged.push({ startMs, snapshots, expected, intervalMs })
  }
  return judged
}

function judgedUntil({ buckets, slotMs, nowMs, lastEventMs = 0 }: CoverageSources): number {
  const last = buckets.at(-1)
  const rolledUpTo = last ? last.startMs + slotMs : 0
  const arrived = nowMs - onItsWayMs
  const surelyRolledUp = nowMs - rollupLagMs
  // Who sent nothing since then has nothing that waits: its silence lasts to this moment.
  return lastEventMs > Math.max(rolledUpTo, surelyRolledUp)
    ? Math.min(arrived, Math.max(rolledUpTo, surelyRolledUp))
    : arrived
}
