/** The last day of every host as a few lines, an object a shard, published by rollup for the status page. A view: rollups are the truth. */
import { parseSeriesKey } from './metrics.ts'
import { type PublishedDayField, publishedDay } from './published.ts'
import type { HostBucket } from './rollup/rollup.ts'

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

/** The point of an hour: of several entities (mounts) the one with most. */
export function dayPoint({ series }: HostBucket, field: PublishedDayField): number | null {
  const means = Object.entries(series)
    .filter(([key, { count }]) => count > 0 && parseSeriesKey(key).metricId === publishedDay[field])
    .map(([, { sum, count }]) => sum / count)
  return means.length === 0 ? null : Math.round(10 * Math.max(...means)) / 10
}
