/** Processes whose threads or open files grow and grow: leaks that memory does not show. */
import type { Run } from '../rollup/host-history.ts'
import { growthOf } from '../trend.ts'
import type { GrowthReport } from './report.ts'
import { type Places, processPoints, slotsOf } from './rows.ts'

const hourMs = 3_600_000
/** What grows less is a pool that fills. */
const leastRise = { threads: 16, openFiles: 64 }
const leastRiseShare = 0.25
const leastFit = 0.95

/** Fastest first, of all processes of one name together. */
export function growths(
  processes: ReadonlyMap<string, readonly Run[]>,
  slots: readonly number[],
  places: Places,
): GrowthReport[] {
  return [...processes]
    .flatMap(([name, runs]) =>
      counted.flatMap(({ what, column }) =>
        mayGrow(runs, column, places) ? growthOfCount({ name, what }, slots, processPoints(runs, column, places)) : [],
      ),
    )
    .sort((a, b) => b.perHour - a.perHour)
}

const counted = [
  { what: 'threads', column: 'processThreadsMax' },
  { what: 'openFiles', column: 'processOpenFilesMax' },
] as const
type CountColumn = (typeof counted)[number]['column']

/**
 * Its counts lie near a line that rises: seen in one way through them, since of a hundred hosts there are too many to make
 * points of each. Times are counted in slots and counts from the first one, so that no sum grows beyond what is exact.
 */
function mayGrow(runs: readonly Run[], column: CountColumn, places: Places): boolean {
  let known = 0
  let first = Number.NaN
  let times = 0
  let counts = 0
  let timesSquared = 0
  let countsSquared = 0
  let together = 0
  for (const { columns, from, to } of runs) {
    const { processAt } = columns
    const values = columns[column]
    const at = slotsOf(columns, places)
    for (let row = from; row < to; row++) {
      const value = values[row] as number
      if (Number.isNaN(value)) continue
      if (known === 0) first = value
      const time = at.first + (processAt[row] as number) * at.step
      const count = value - first
      known += 1
      times += time
      counts += count
      timesSquared += time * time
      countsSquared += count * count
      together += time * count
    }
  }
  const covariance = known * together - times * counts
  const variances = (known * timesSquared - times * times) * (known * countsSquared - counts * counts)
  return covariance > 0 && covariance * covariance >= surelyBelowFit * variances
}

/** Of `leastFit`, with room for what rounding may do. */
const surelyBelowFit = 0.99 * leastFit

function growthOfCount(
  { name, what }: Pick<GrowthReport, 'name' | 'what'>,
  slots: readonly number[],
  points: readonly (number | null)[],
): GrowthReport[] {
  const growth = growthOf(slots, points)
  if (!growth) return []
  const { perMs, end, rise, fit } = growth
  if (fit < leastFit || rise < Math.max(leastRise[what], leastRiseShare * (end - rise))) return []
  return [{ name, what, perHour: perMs * hourMs, from: Math.max(0, end - rise), to: end, confidencePercent: fit * 100 }]
}
