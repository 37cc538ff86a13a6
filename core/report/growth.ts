/** Processes whose threads or open files grow and grow: leaks that memory does not show. */
import type { Run } from '../rollup/host-history.ts'
import { growthOf } from '../trend.ts'
import type { GrowthReport } from './report.ts'
import { type Places, processPoints } from './rows.ts'

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
        mayGrow(runs, column, what) ? growthOfCount({ name, what }, slots, processPoints(runs, column, places)) : [],
      ),
    )
    .sort((a, b) => b.perHour - a.perHour)
}

const counted = [
  { what: 'threads', column: 'processThreadsMax' },
  { what: 'openFiles', column: 'processOpenFilesMax' },
] as const
type CountColumn = (typeof counted)[number]['column']

/** Its count ever was so much above its first one: of a hundred hosts, looking closer at all of them costs too much. */
function mayGrow(runs: readonly Run[], column: CountColumn, what: GrowthReport['what']): boolean {
  let first: number | undefined
  for (const { columns, from, to } of runs) {
    const counts = columns[column]
    for (let row = from; row < to; row++) {
      const count = counts[row] as number
      first ??= Number.isNaN(count) ? undefined : count
      if (first !== undefined && count - first >= leastRise[what] / 2) return true
    }
  }
  return false
}

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
