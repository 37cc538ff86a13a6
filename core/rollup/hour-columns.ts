/**
 * An hour of the lake as its 5-minute rollup, from columns into columns: what was a snapshot is not put together again.
 *
 *     samples, disks, interfaces -> series by slot    \
 *     processes                  -> names by slot      } -> host by host, name by name, bucket by bucket
 *     samples                    -> buckets by slot   /
 */
import type { LakeTable } from '../keys.ts'
import { hourBuckets } from './hour-buckets.ts'
import { type HourProcesses, processesOfHour } from './hour-processes.ts'
import { bucketsOfHour, samplesOfHour } from './hour-samples.ts'
import { eachSketchBucket, type HourSeries, seriesOfHour } from './hour-series.ts'
import type { LakeRows } from './lake-rows.ts'
import { makeRollupColumns, putBins, type RollupColumns } from './rollup-columns.ts'

type Numbers = ReturnType<typeof makeRollupColumns>
type SampleTable = Exclude<LakeTable, 'transitions' | 'gaps'>

/** Samples come in the order of time: sums are floating point. */
export function columnsOfHour(
  { shard, startMs, transitions, gaps }: Pick<RollupColumns, 'shard' | 'startMs' | 'transitions' | 'gaps'>,
  tables: Readonly<Record<SampleTable, LakeRows>>,
): RollupColumns {
  const samples = samplesOfHour(startMs, tables.samples)
  const { hosts } = samples
  const { slots, snapshots, intervalMs, unavailable, changes } = hourBuckets(samples, tables.samples)
  const series = runsByHost(hosts.length, seriesOfHour(samples, tables))
  const ofProcesses = processesOfHour(samples, tables.processes)
  const processes = runsByHost(hosts.length, ofProcesses.names)
  const columns = makeRollupColumns({
    host: hosts.length,
    bucket: slots.length,
    series: series.runs.length,
    row: sum(series.runs, ({ rows }) => rows),
    bin: sum(series.runs, ({ bins }) => bins),
    run: processes.runs.length,
    process: sum(processes.runs, ({ rows }) => rows),
  })
  for (const [bucket, slot] of slots.entries()) {
    columns.bucketAt[bucket] = slot % bucketsOfHour
    columns.bucketSnapshots[bucket] = snapshots[slot] as number
    columns.bucketIntervalMs[bucket] = intervalMs[slot] as number
    columns.hostBucketEnds[Math.floor(slot / bucketsOfHour)] = bucket + 1
  }
  columns.hostSeriesEnds.set(series.hostEnds)
  columns.seriesKey.set(series.places)
  putSeries(columns, series.runs)
  columns.hostProcessEnds.set(processes.hostEnds)
  columns.processName.set(processes.places)
  putProcesses(columns, processes.runs, ofProcesses.slots)
  const lists = { hosts, seriesKeys: series.names, processNames: processes.names, unavailable, changes }
  return { resolution: '5m', shard, startMs, ...lists, transitions, gaps, ...columns }
}

/** By host, then by name; `places` has the name of each in `names`, which ascend. */
function runsByHost<Run extends { host: number; name: string }>(hosts: number, unsorted: readonly Run[]) {
  const names = [...new Set(unsorted.map(({ name }) => name))].sort()
  const placeOf = new Map(names.map((name, place) => [name, place]))
  const byHost = Array.from({ length: hosts }, (): { place: number; run: Run }[] => [])
  for (const run of unsorted) byHost[run.host]?.push({ place: placeOf.get(run.name) ?? 0, run })
  for (const own of byHost) own.sort((a, b) => a.place - b.place)
  let end = 0
  const hostEnds = byHost.map(({ length }) => (end += length))
  const sorted = byHost.flat()
  return { names, hostEnds, places: sorted.map(({ place }) => place), runs: sorted.map(({ run }) => run) }
}

function putSeries(columns: Numbers, runs: readonly HourSeries[]): void {
  let [row, bin] = [0, 0]
  for (const [run, { firstSlot, begins, stats }] of runs.entries()) {
    for (let bucket = 0; bucket < bucketsOfHour; bucket++) {
      const slot = firstSlot + bucket
      const count = stats.count[slot] as number
      if (count === 0) continue
      columns.rowAt[row] = bucket
      columns.rowCount[row] = count
      columns.rowMin[row] = stats.min[slot] as number
      columns.rowMax[row] = stats.max[slot] as number
      columns.rowSum[row] = stats.sum[slot] as number
      const begin = begins[slot] as number
      eachSketchBucket(stats.sketched, begin, begin + count, (sketchBucket, counted) => {
        bin = putBins(columns, bin, sketchBucket, counted)
      })
      columns.rowBinEnds[row] = bin
      row += 1
    }
    columns.seriesRowEnds[run] = row
  }
}

function putProcesses(columns: Numbers, runs: HourProcesses['names'], slots: HourProcesses['slots']): void {
  let row = 0
  for (const [run, { firstSlot }] of runs.entries()) {
    for (let bucket = 0; bucket < bucketsOfHour; bucket++) {
      const slot = firstSlot + bucket
      if (slots.snapshots[slot] === 0) continue
      columns.processAt[row] = bucket
      columns.processSnapshots[row] = slots.snapshots[slot] as number
      columns.processCpuPercentSum[row] = slots.cpuPercentSum[slot] as number
      columns.processCpuPercentMax[row] = slots.cpuPercentMax[slot] as number
      columns.processRssBytesSum[row] = slots.rssBytesSum[slot] as number
      columns.processRssBytesMax[row] = slots.rssBytesMax[slot] as number
      columns.processThreadsMax[row] = slots.threadsMax[slot] as number
      columns.processOpenFilesMax[row] = slots.openFilesMax[slot] as number
      columns.processInstancesMax[row] = slots.instancesMax[slot] as number
      columns.processStartedAtMs[row] = slots.startedAtMs[slot] as number
      row += 1
    }
    columns.processRowEnds[run] = row
  }
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
