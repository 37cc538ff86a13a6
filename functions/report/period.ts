/** How fine a report looks: its cost is buckets, and nobody sees more than some hundred points. */

import { bucketMs } from '../../core/rollup/rollup.ts'
import type { Resolution } from '../../core/rollup/rollup-keys.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

interface Period {
  fromMs: number
  toMs: number
}

/** What a report of so long a time is made of, at the finest. */
const finest: readonly (readonly [resolution: Resolution, upToMs: number])[] = [
  ['5m', 48 * hourMs],
  ['1h', 60 * dayMs],
]

/** Buckets of all hosts together that a report holds at once: 100 hosts and a day of five minutes, 60 MiB of columns. */
const mostBuckets = 30_000

/**
 * `intervals`: of snapshots, ms; finer than most hosts have them, a line would be dots. Of more hosts than fit it looks less
 * closely: a report of a thousand is an overview, and has to fit into its memory.
 */
export function resolutionOf({ fromMs, toMs }: Period, hosts: number, intervals: readonly number[] = []): Resolution {
  const lengthMs = toMs - fromMs
  const usualMs = intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? 0
  const fits = ([resolution, upToMs]: (typeof finest)[number]) =>
    usualMs <= bucketMs[resolution] && lengthMs <= upToMs && (hosts * lengthMs) / bucketMs[resolution] <= mostBuckets
  return finest.find(fits)?.[0] ?? '1d'
}

const enoughToCompare = 24

/** The time before gives means alone: its buckets may be longer ones, of which there are a twelfth as many. */
export function previousResolutionOf({ fromMs, toMs }: Period, resolution: Resolution): Resolution {
  if (resolution === '5m' && toMs - fromMs >= enoughToCompare * bucketMs['1h']) return '1h'
  if (resolution === '1h' && toMs - fromMs >= enoughToCompare * bucketMs['1d']) return '1d'
  return resolution
}
