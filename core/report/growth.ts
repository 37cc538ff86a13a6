/** Processes whose threads or open files grow and grow: leaks that memory does not show. */
import type { HostBucket, ProcessStats } from '../rollup/rollup.ts'
import type { GrowthReport } from './report.ts'
import { growthOf } from './trend.ts'

const hourMs = 3_600_000
/** What grows less is a pool that fills. */
const leastRise = { threads: 16, openFiles: 64 }
const leastRiseShare = 0.25
const leastFit = 0.95

/** Fastest first, of all processes of one name together. */
export function growths(buckets: readonly HostBucket[], slots: readonly number[]): GrowthReport[] {
  const names = growing(buckets)
  if (names.length === 0) return []
  const bySlot = new Map(
    buckets.map((bucket) => [bucket.startMs, new Map(bucket.processes.map((one) => [one.name, one]))]),
  )
  return names
    .flatMap((name) => {
      const of = (read: (stats: ProcessStats) => number | undefined) =>
        slots.map((slot) => {
          const stats = bySlot.get(slot)?.get(name)
          return (stats && read(stats)) ?? null
        })
      return [
        ...growthOfCount(
          { name, what: 'threads' },
          slots,
          of(({ threadsMax }) => threadsMax),
        ),
        ...growthOfCount(
          { name, what: 'openFiles' },
          slots,
          of(({ openFilesMax }) => openFilesMax),
        ),
      ]
    })
    .sort((a, b) => b.perHour - a.perHour)
}

const looks = 24

/** Names whose counts differ enough at some moments of the time: of a hundred hosts, looking at all of it costs too much. */
function growing(buckets: readonly HostBucket[]): string[] {
  const every = Math.max(1, Math.floor(buckets.length / looks))
  const firsts = new Map<string, ProcessStats>()
  const found = new Set<string>()
  for (let index = 0; index < buckets.length; index += every) {
    for (const one of buckets[index]?.processes ?? []) {
      const first = firsts.get(one.name)
      if (!first) firsts.set(one.name, one)
      else if (
        one.threadsMax - first.threadsMax >= leastRise.threads / 2 ||
        (one.openFilesMax ?? 0) - (first.openFilesMax ?? 0) >= leastRise.openFiles / 2
      )
        found.add(one.name)
    }
  }
  return [...found]
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
