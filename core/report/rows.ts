/** Rows of rollups on the slots of a report: a bucket that begins with a slot is its point. */
import type { Run } from '../rollup/host-history.ts'
import { bucketMs } from '../rollup/rollup.ts'
import type { RollupColumns } from '../rollup/rollup-columns.ts'

/** The slots of a period, whose buckets follow each other without a hole. */
export interface Places {
  count: number
  firstMs: number
  lengthMs: number
}

export function placesOf(slots: readonly number[], lengthMs: number): Places {
  return { count: slots.length, firstMs: slots[0] ?? 0, lengthMs }
}

/** The columns that tell the buckets of rows. */
export const seriesAt = 'rowAt'
export const processAt = 'processAt'

/** A point each slot; null: no data. `valueAt` gives NaN for no value. */
export function pointsOf(
  runs: readonly Run[],
  at: typeof seriesAt | typeof processAt,
  { count, firstMs, lengthMs }: Places,
  valueAt: (columns: RollupColumns, row: number) => number,
): (number | null)[] {
  // An array of numbers alone takes half the memory of one with nulls, and most have none.
  const points = new Array<number | null>(count).fill(Number.NaN)
  for (const { columns, from, to } of runs) {
    const ats = columns[at]
    const first = (columns.startMs - firstMs) / lengthMs
    const step = bucketMs[columns.resolution] / lengthMs
    for (let row = from; row < to; row++) {
      const slot = first + (ats[row] as number) * step
      if (slot >= 0 && slot < count) points[slot] = valueAt(columns, row)
    }
  }
  for (let slot = 0; slot < count; slot++) if (Number.isNaN(points[slot])) points[slot] = null
  return points
}

const pointDigits = 6
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/** What a chart can show, six digits: those after that are a quarter of report.json. */
export function roundPoint(value: number): number {
  const size = Math.abs(value)
  if (!(size >= 1e-15 && size < 1e15)) return Number(value.toPrecision(pointDigits))
  const digits = pointDigits - 1 - Math.floor(Math.log10(size))
  const power = powersOfTen[Math.abs(digits)] as number
  return digits >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power
}
