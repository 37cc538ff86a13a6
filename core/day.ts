/** The last day of every host as a few lines, an object a shard, published by rollup for the status page. A view: rollups are the truth. */
import { parseSeriesKey } from './metrics.ts'
import { type PublishedDayField, publishedDay } from './published.ts'
import type { HostHistory } from './rollup/host-history.ts'
import { bucketMs } from './rollup/rollup.ts'

export const dayStepMs = 3_600_000
const steps = 24

export interface ShardDay {
  v: 1
  shard: string
  publishedAtMs: number
  /** Begin of the first hour, UTC; the lines of all hosts have a point an hour from then on. */
  fromMs: number
  hosts: HostDay[]
}

/** Means of hours, in percent; null: nothing is known. */
export type HostDay = { host: string } & Record<PublishedDayField, (number | null)[]>

/** The hours of the day before `nowMs`, and the one that it is in. */
export function dayHours(nowMs: number): number[] {
  const lastMs = Math.floor(nowMs / dayStepMs) * dayStepMs
  return Array.from({ length: steps + 1 }, (_, index) => lastMs - (steps - index) * dayStepMs)
}

/** Its mean of each hour that it has data of: of several entities (mounts) the one with most. */
export function dayPoints({ series }: HostHistory, field: PublishedDayField): Map<number, number> {
  const points = new Map<number, number>()
  for (const [key, runs] of series) {
    if (parseSeriesKey(key).metricId !== publishedDay[field]) continue
    for (const { columns, from, to } of runs) {
      for (let row = from; row < to; row++) {
        const startMs = columns.startMs + (columns.rowAt[row] as number) * bucketMs[columns.resolution]
        const mean = (columns.rowSum[row] as number) / (columns.rowCount[row] as number)
        points.set(startMs, Math.max(points.get(startMs) ?? 0, Math.round(10 * mean) / 10))
      }
    }
  }
  return points
}
