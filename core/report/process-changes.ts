/**
 * Processes that came, went or were restarted, as far as the top lists of snapshots can tell for certain: a process that is
 * not listed may be idle, small or gone, so most of what isn't listed is not spoken of.
 */
import type { BucketHead, HostHistory, Run } from '../rollup/host-history.ts'
import { bucketMs } from '../rollup/rollup.ts'
import type { ChangeReport } from './report.ts'

/** Of the snapshots of its time: what is listed as often was there all the time. */
const alwaysShare = 0.95
const hourMs = 3_600_000
const fewestBuckets = 3
const mostChanges = 50

interface Row {
  startMs: number
  endMs: number
  snapshots: number
  rssBytes: number
  instances: number
  /** NaN: not known. */
  startedAtMs: number
}

/** Newest first, bounded. */
export function processChanges(history: HostHistory, before: HostHistory): ChangeReport[] {
  const { buckets } = history
  const last = buckets.at(-1)
  if (!last || buckets.length < fewestBuckets) return []
  let smallest: number | undefined
  const smallestListed = () => {
    smallest ??= listedFrom(history.processes, last.startMs)
    return smallest
  }
  const changes = [...history.processes].flatMap(([name, runs]): ChangeReport[] => {
    const earlier = before.processes.get(name) ?? []
    const isNew = before.buckets.length > 0 && earlier.length === 0
    // Of nearly all processes nothing is to tell, and that is seen without making a row of each of their buckets.
    if (!isNew && !startsAgain([...earlier.slice(-1), ...runs]) && endOfRuns(runs) > last.startMs - hourMs) return []
    const rows = rowsOf(runs)
    return [
      ...(isNew ? started(name, rows, buckets) : []),
      ...restarted(name, [...rowsOf(earlier.slice(-1)).slice(-1), ...rows], buckets),
      ...gone(name, rows, buckets, smallestListed),
    ]
  })
  return changes
    .sort((a, b) => b.lastMs - a.lastMs || (a.subject ?? '').localeCompare(b.subject ?? ''))
    .slice(0, mostChanges)
}

/** Some bucket says that it started later than the one before said; of what was before the runs, too. */
function startsAgain(runs: readonly Run[]): boolean {
  let before = Number.NaN
  for (const { columns, from, to } of runs) {
    const { processStartedAtMs } = columns
    for (let row = from; row < to; row++) {
      const startedAtMs = processStartedAtMs[row] as number
      if (startedAtMs > before) return true
      before = startedAtMs
    }
  }
  return false
}

function endOfRuns(runs: readonly Run[]): number {
  const last = runs.at(-1)
  if (!last) return Number.NEGATIVE_INFINITY
  const { startMs, resolution, processAt } = last.columns
  return startMs + ((processAt[last.to - 1] as number) + 1) * bucketMs[resolution]
}

function rowsOf(runs: readonly Run[]): Row[] {
  const rows: Row[] = []
  for (const { columns, from, to } of runs) {
    const lengthMs = bucketMs[columns.resolution]
    for (let row = from; row < to; row++) {
      const startMs = columns.startMs + (columns.processAt[row] as number) * lengthMs
      rows.push({
        startMs,
        endMs: startMs + lengthMs,
        snapshots: columns.processSnapshots[row] as number,
        rssBytes: columns.processRssBytesMax[row] as number,
        instances: columns.processInstancesMax[row] as number,
        startedAtMs: columns.processStartedAtMs[row] as number,
      })
    }
  }
  return rows
}

/** It started as it was first seen, was never seen in the time before, and stayed. */
function started(name: string, rows: readonly Row[], buckets: readonly BucketHead[]): ChangeReport[] {
  const [first] = rows
  if (!first || rows.length < fewestBuckets) return []
  const lengthMs = first.endMs - first.startMs
  const startedAtMs = first.startedAtMs
  const isFresh = startedAtMs >= first.startMs - lengthMs && startedAtMs < first.endMs
  if (!isFresh || !wasAlways(rows, buckets, first.endMs, Number.POSITIVE_INFINITY)) return []
  return [change('process-new', name, startedAtMs)]
}

/** One process that is always listed, of which another one stands in its place. */
function restarted(name: string, rows: readonly Row[], buckets: readonly BucketHead[]): ChangeReport[] {
  const [first] = rows
  if (!first || rows.some(({ instances }) => instances !== 1)) return []
  if (!wasAlways(rows, buckets, first.startMs, Number.POSITIVE_INFINITY)) return []
  const times = rows.flatMap((row, index) => {
    const before = rows[index - 1]
    // A clock that is set moves the start of all processes, but not to a time at which this one had been seen already.
    return before && row.startedAtMs > before.startedAtMs && row.startedAtMs > before.startMs ? [row.startedAtMs] : []
  })
  const [firstMs, lastMs] = [times[0], times.at(-1)]
  if (firstMs === undefined || lastMs === undefined) return []
  return [{ what: 'process-restarted', subject: name, count: times.length, firstMs, lastMs }]
}

/** Always listed until it was not, although it was so large that it would be. */
function gone(
  name: string,
  rows: readonly Row[],
  buckets: readonly BucketHead[],
  listedBytes: () => number,
): ChangeReport[] {
  const [first, last] = [rows[0], rows.at(-1)]
  const end = buckets.at(-1)
  if (!first || !last || !end || rows.length < fewestBuckets) return []
  const since = buckets.filter(({ startMs }) => startMs >= last.endMs)
  if (since.length < fewestBuckets || end.startMs - last.endMs < hourMs) return []
  if (last.rssBytes / last.instances < 2 * listedBytes()) return []
  if (!wasAlways(rows, buckets, first.endMs, last.startMs)) return []
  return [change('process-gone', name, last.endMs)]
}

/** In nearly all snapshots of the buckets from `fromMs`, `toMs` not included; its first and last bucket may be half ones. */
function wasAlways(rows: readonly Row[], buckets: readonly BucketHead[], fromMs: number, toMs: number): boolean {
  const within = <One extends { startMs: number; snapshots: number }>(all: readonly One[]) =>
    all.reduce((sum, { startMs, snapshots }) => (startMs >= fromMs && startMs < toMs ? sum + snapshots : sum), 0)
  const all = within(buckets)
  return all > 0 && within(rows) >= alwaysShare * all
}

/** Resident bytes from which on a process is surely among those listed: above the middle one, and above each of several. */
function listedFrom(processes: HostHistory['processes'], atMs: number): number {
  const last = [...processes.values()].map((runs) => rowsOf(runs.slice(-1)))
  const rows = last.flatMap((all) => all.findLast(({ startMs }) => startMs === atMs) ?? [])
  const each = rows.map(({ rssBytes, instances }) => rssBytes / instances).sort((a, b) => a - b)
  const several = rows.filter(({ instances }) => instances > 2).map(({ rssBytes, instances }) => rssBytes / instances)
  return Math.max(each[Math.floor(each.length / 2)] ?? Number.POSITIVE_INFINITY, ...several)
}

function change(what: ChangeReport['what'], subject: string, atMs: number): ChangeReport {
  return { what, subject, count: 1, firstMs: atMs, lastMs: atMs }
}
