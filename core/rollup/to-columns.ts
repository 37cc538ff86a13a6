/** Buckets into columns. */
import { bucketMs, type HostBucket, type ProcessStats, type RollupObject, type SeriesStats } from './rollup.ts'
import { binsOfCount, makeRollupColumns, putBins, type RollupColumns } from './rollup-columns.ts'
import type { StoredSketch } from './sketch.ts'

/** The same rollup gives the same columns, in whatever order its hosts and series are. */
export function columnsOfRollup(rollup: RollupObject): RollupColumns {
  const { resolution, shard, startMs, transitions, gaps } = rollup
  const lengthMs = bucketMs[resolution]
  const hosts = Object.keys(rollup.hosts).sort()
  const buckets = hosts.map((host) => (rollup.hosts[host] ?? []).toSorted((a, b) => a.startMs - b.startMs))
  const series = buckets.map((own) => rowsByName(own, (bucket) => Object.entries(bucket.series)))
  const processes = buckets.map((own) => rowsByName(own, (bucket) => bucket.processes.map((one) => [one.name, one])))
  const seriesKeys = namesOf(series)
  const processNames = namesOf(processes)
  const columns = makeRollupColumns(countsOf(buckets, series, processes))
  const unavailable: RollupColumns['unavailable'] = []
  const changes: RollupColumns['changes'] = []
  const placeOfKey = new Map(seriesKeys.map((key, place) => [key, place]))
  const placeOfName = new Map(processNames.map((name, place) => [name, place]))
  const at = (one: HostBucket) => (one.startMs - startMs) / lengthMs
  let [bucket, run, row, bin, processRun, processRow] = [0, 0, 0, 0, 0, 0]
  for (let host = 0; host < hosts.length; host++) {
    for (const own of buckets[host] ?? []) {
      columns.bucketAt[bucket] = at(own)
      columns.bucketSnapshots[bucket] = own.snapshots
      columns.bucketIntervalMs[bucket] = own.intervalMs ?? Number.NaN
      if (own.unavailable) unavailable.push([bucket, own.unavailable])
      if (own.changes) changes.push([bucket, own.changes])
      bucket += 1
    }
    for (const [key, rows] of series[host] ?? []) {
      for (const [own, { count, min, max, sum, sketch }] of rows) {
        columns.rowAt[row] = at(own)
        columns.rowCount[row] = count
        columns.rowMin[row] = min
        columns.rowMax[row] = max
        columns.rowSum[row] = sum
        for (let pair = 0; pair < sketch.length; pair += 2) {
          bin = putBins(columns, bin, sketch[pair] as number, sketch[pair + 1] as number)
        }
        columns.rowBinEnds[row] = bin
        row += 1
      }
      columns.seriesKey[run] = placeOfKey.get(key) ?? 0
      columns.seriesRowEnds[run] = row
      run += 1
    }
    for (const [name, rows] of processes[host] ?? []) {
      for (const [own, stats] of rows) {
        columns.processAt[processRow] = at(own)
        columns.processSnapshots[processRow] = stats.snapshots
        columns.processCpuPercentSum[processRow] = stats.cpuPercentSum
        columns.processCpuPercentMax[processRow] = stats.cpuPercentMax
        columns.processRssBytesSum[processRow] = stats.rssBytesSum
        columns.processRssBytesMax[processRow] = stats.rssBytesMax
        columns.processThreadsMax[processRow] = stats.threadsMax
        columns.processOpenFilesMax[processRow] = stats.openFilesMax ?? Number.NaN
        columns.processInstancesMax[processRow] = stats.instancesMax
        columns.processStartedAtMs[processRow] = stats.startedAtMs ?? Number.NaN
        processRow += 1
      }
      columns.processName[processRun] = placeOfName.get(name) ?? 0
      columns.processRowEnds[processRun] = processRow
      processRun += 1
    }
    columns.hostBucketEnds[host] = bucket
    columns.hostSeriesEnds[host] = run
    columns.hostProcessEnds[host] = processRun
  }
  const lists = { hosts, seriesKeys, processNames, unavailable, changes, transitions, gaps }
  return { resolution, shard, startMs, ...lists, ...columns }
}

type RowsByName<Stats> = [name: string, rows: [bucket: HostBucket, stats: Stats][]][]

/** Ascending by name; the rows of each in the order of the buckets. */
function rowsByName<Stats>(
  buckets: readonly HostBucket[],
  entries: (bucket: HostBucket) => [name: string, stats: Stats][],
): RowsByName<Stats> {
  const byName = new Map<string, [HostBucket, Stats][]>()
  for (const bucket of buckets) {
    for (const [name, stats] of entries(bucket)) {
      const rows = byName.get(name)
      if (rows) rows.push([bucket, stats])
      else byName.set(name, [[bucket, stats]])
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1))
}

function namesOf(byHost: readonly RowsByName<unknown>[]): string[] {
  return [...new Set(byHost.flatMap((rows) => rows.map(([name]) => name)))].sort()
}

function countsOf(
  buckets: readonly (readonly HostBucket[])[],
  series: readonly RowsByName<SeriesStats>[],
  processes: readonly RowsByName<ProcessStats>[],
): Parameters<typeof makeRollupColumns>[0] {
  const sum = <Item>(items: readonly Item[], value: (item: Item) => number) =>
    items.reduce((total, item) => total + value(item), 0)
  const rowsOf = ([, rows]: RowsByName<unknown>[number]) => rows.length
  return {
    host: buckets.length,
    bucket: sum(buckets, (own) => own.length),
    series: sum(series, (runs) => runs.length),
    row: sum(series, (runs) => sum(runs, rowsOf)),
    bin: sum(series, (runs) => sum(runs, ([, rows]) => sum(rows, ([, { sketch }]) => binsOf(sketch)))),
    run: sum(processes, (runs) => runs.length),
    process: sum(processes, (runs) => sum(runs, rowsOf)),
  }
}

function binsOf(sketch: StoredSketch): number {
  let bins = 0
  for (let pair = 0; pair < sketch.length; pair += 2) bins += binsOfCount(sketch[pair + 1] as number)
  return bins
}
