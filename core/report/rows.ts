/** Rows of rollups on the slots of a report: a bucket that begins with a slot is its point. */
import type { Run } from '../rollup/host-history.ts'
import { bucketMs } from '../rollup/rollup.ts'
import type { RollupColumns } from '../rollup/rollup-columns.ts'
import { roundPoint } from './point.ts'

/** The slots of a period, whose buckets follow each other without a hole. */
export interface Places {
  firstMs: number
  lengthMs: number
  /** A point each slot, of which nothing is known: a copy of it takes a tenth of the time to make one. */
  blank: readonly number[]
}

export function placesOf(slots: readonly number[], lengthMs: number): Places {
  return { firstMs: slots[0] ?? 0, lengthMs, blank: slots.map(() => Number.NaN) }
}

/** The mean of a process each slot; null: no data. */
export function processMeans(
  runs: readonly Run[],
  sumColumn: 'processCpuPercentSum' | 'processRssBytesSum',
  places: Places,
): (number | null)[] {
  const points = places.blank.slice()
  let known = 0
  for (const { columns, from, to } of runs) {
    const { processAt, processSnapshots } = columns
    const sums = columns[sumColumn]
    const { first, step } = slotsOf(columns, places)
    for (let row = from; row < to; row++) {
      const slot = first + (processAt[row] as number) * step
      const snapshots = processSnapshots[row] as number
      if (!(slot >= 0 && slot < points.length && snapshots > 0)) continue
      points[slot] = roundPoint((sums[row] as number) / snapshots)
      if (slot === known) known += 1
    }
  }
  return withNulls(points, known)
}

/** A value of a process each slot, as it is; null: no data. */
export function processPoints(
  runs: readonly Run[],
  column: 'processThreadsMax' | 'processOpenFilesMax',
  places: Places,
): (number | null)[] {
  const points = places.blank.slice()
  let known = 0
  for (const { columns, from, to } of runs) {
    const { processAt } = columns
    const values = columns[column]
    const { first, step } = slotsOf(columns, places)
    for (let row = from; row < to; row++) {
      const slot = first + (processAt[row] as number) * step
      const value = values[row] as number
      if (!(slot >= 0 && slot < points.length && !Number.isNaN(value))) continue
      points[slot] = value
      if (slot === known) known += 1
    }
  }
  return withNulls(points, known)
}

/** Of the first bucket of an object, and how many lie from one of its buckets to the next. */
export function slotsOf(
  { startMs, resolution }: RollupColumns,
  { firstMs, lengthMs }: Places,
): { first: number; step: number } {
  return { first: (startMs - firstMs) / lengthMs, step: bucketMs[resolution] / lengthMs }
}

/** Of the first `known` slots there is a point. An array of numbers alone takes half the memory of one with nulls, and most have none. */
export function withNulls(points: (number | null)[], known: number): (number | null)[] {
  for (let slot = known; slot < points.length; slot++) if (Number.isNaN(points[slot])) points[slot] = null
  return points
}
