/** The processes of a host's rollups as the numbers and points of a report. */
import type { BucketHead, Run } from '../rollup/host-history.ts'
import type { ProcessReport } from './report.ts'
import { type Places, processMeans } from './rows.ts'

const processesKept = 20

interface Sums extends Omit<ProcessReport, 'cpuPoints' | 'rssPoints'> {
  runs: readonly Run[]
  cpuPercentSum: number
}

/** Most CPU first; the ones with most memory are among them. */
export function processReports(
  processes: ReadonlyMap<string, readonly Run[]>,
  buckets: readonly BucketHead[],
  places: Places,
): ProcessReport[] {
  const snapshots = buckets.reduce((sum, bucket) => sum + bucket.snapshots, 0)
  const all = [...processes].map(([name, runs]) => sumsOf(name, runs, snapshots))
  const weight = (one: Sums) => one.cpuPercentMean * one.seenPercent
  const byName = (a: Sums, b: Sums) => (a.name < b.name ? -1 : 1)
  const byCpu = all
    .toSorted((a, b) => weight(b) - weight(a) || b.cpuPercentSum - a.cpuPercentSum || byName(a, b))
    .slice(0, processesKept)
  const byMemory = all.toSorted((a, b) => b.rssBytesMean - a.rssBytesMean || byName(a, b)).slice(0, processesKept / 2)
  return [...new Set([...byCpu, ...byMemory])].map(({ runs, cpuPercentSum: _, ...one }) => ({
    ...one,
    cpuPoints: processMeans(runs, 'processCpuPercentSum', places),
    rssPoints: processMeans(runs, 'processRssBytesSum', places),
  }))
}

function sumsOf(name: string, runs: readonly Run[], ofSnapshots: number): Sums {
  let snapshots = 0
  let cpuPercentSum = 0
  let cpuPercentMax = 0
  let rssBytesSum = 0
  let rssBytesMax = 0
  let threadsMax = 0
  let openFilesMax = Number.NaN
  let instancesMax = 0
  for (const { columns, from, to } of runs) {
    const { processSnapshots, processCpuPercentSum, processCpuPercentMax, processRssBytesSum, processRssBytesMax } =
      columns
    const { processThreadsMax, processOpenFilesMax, processInstancesMax } = columns
    for (let row = from; row < to; row++) {
      snapshots += processSnapshots[row] as number
      cpuPercentSum += processCpuPercentSum[row] as number
      cpuPercentMax = Math.max(cpuPercentMax, processCpuPercentMax[row] as number)
      rssBytesSum += processRssBytesSum[row] as number
      rssBytesMax = Math.max(rssBytesMax, processRssBytesMax[row] as number)
      threadsMax = Math.max(threadsMax, processThreadsMax[row] as number)
      const openFiles = processOpenFilesMax[row] as number
      if (!(openFilesMax >= openFiles) && !Number.isNaN(openFiles)) openFilesMax = openFiles
      instancesMax = Math.max(instancesMax, processInstancesMax[row] as number)
    }
  }
  return {
    name,
    runs,
    cpuPercentSum,
    cpuPercentMean: cpuPercentSum / snapshots,
    cpuPercentMax,
    rssBytesMean: rssBytesSum / snapshots,
    rssBytesMax,
    threadsMax,
    ...(Number.isNaN(openFilesMax) ? {} : { openFilesMax }),
    instancesMax,
    seenPercent: ofSnapshots === 0 ? 0 : Math.min(100, (100 * snapshots) / ofSnapshots),
  }
}
