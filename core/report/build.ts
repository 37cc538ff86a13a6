/** Rollups in, report out. Pure: the same history gives the same report. */
import type { Transition } from '../alerts/alert.ts'
import type { Resolution } from '../keys.ts'
import { bucketMs, type HostBucket } from '../rollup/rollup.ts'
import type { GapRow } from '../shard/block.ts'
import { formatPercent } from '../view/format.ts'
import { alertReports } from './incidents.ts'
import { type Coverage, type HostReport, type Report, reportVersion, type Thresholds } from './report.ts'
import { metricReports, processReports } from './series.ts'

export interface History {
  hosts: ReadonlyMap<string, HostBucket[]>
  transitions: readonly Transition[]
  gaps: readonly GapRow[]
}

export interface BuildOptions {
  history: History
  /** Of the period before, as long as this one. */
  previous: History
  period: Report['period']
  resolution: Resolution
  timeZone: string
  generatedAtMs: number
  thresholds: Thresholds
  problems: string[]
}

export function buildReport(options: BuildOptions): Report {
  const { history, previous, period, resolution, timeZone, generatedAtMs, thresholds, problems } = options
  const slots = slotsOf(period, bucketMs[resolution])
  const names = new Set([...history.hosts.keys(), ...history.transitions.map(({ host }) => host)])
  const hosts = [...names].map((host): HostReport => {
    const buckets = history.hosts.get(host) ?? []
    return {
      host,
      coverage: coverageOf(
        buckets,
        { fromMs: period.fromMs, toMs: Math.min(period.toMs, generatedAtMs) },
        bucketMs[resolution],
      ),
      metrics: metricReports(buckets, previous.hosts.get(host) ?? [], slots),
      processes: processReports(buckets, slots),
      alerts: alertReports(history.transitions.filter((one) => one.host === host)),
      gaps: history.gaps
        .filter((gap) => gap.host === host)
        .map(({ fromMs, toMs, snapshots, reason }) => ({
          fromMs,
          toMs,
          reason,
          ...(snapshots === undefined ? {} : { snapshots }),
        })),
    }
  })
  hosts.sort((a, b) => badness(b, thresholds) - badness(a, thresholds) || (a.host < b.host ? -1 : 1))
  return {
    v: reportVersion,
    generatedAtMs,
    timeZone,
    period,
    resolution,
    thresholds,
    summary: summaryOf(hosts),
    hosts,
    slots,
    problems,
  }
}

/** Starts of the buckets that overlap the period. */
function slotsOf({ fromMs, toMs }: Report['period'], lengthMs: number): number[] {
  const slots: number[] = []
  for (let at = Math.floor(fromMs / lengthMs) * lengthMs; at < toMs; at += lengthMs) slots.push(at)
  return slots
}

/** From the first snapshot in the period on: a host that is new has missed nothing. */
function coverageOf(buckets: readonly HostBucket[], { fromMs, toMs }: Report['period'], lengthMs: number): Coverage {
  const snapshots = buckets.reduce((sum, bucket) => sum + bucket.snapshots, 0)
  const first = buckets[0]
  const intervals = buckets.flatMap(({ intervalMs }) => intervalMs ?? [])
  if (!first || intervals.length === 0) return { snapshots }
  // The first and the last bucket are only partly its own.
  const spanMs = Math.max(lengthMs, toMs - Math.max(fromMs, first.startMs))
  const intervalMs = intervals.reduce((sum, one) => sum + one, 0) / intervals.length
  const partMs = Math.min(lengthMs, spanMs)
  const expected = Math.max(snapshots, Math.floor((spanMs - partMs) / intervalMs))
  return { snapshots, expected, percent: Math.min(100, (100 * snapshots) / expected) }
}

/** Open alerts weigh most, then past ones, then how near the host is to its thresholds. */
function badness({ alerts, metrics }: HostReport, { cpuPercent, memoryPercent, diskPercent }: Thresholds): number {
  const open = alerts.filter(({ endedAtMs }) => endedAtMs === undefined).length
  const limits = new Map([
    ['cpu.percent', cpuPercent],
    ['memory.percent', memoryPercent],
    ['disk.percent', diskPercent],
  ])
  const near = metrics.map(({ metric, p95 }) => p95 / (limits.get(metric) || Number.POSITIVE_INFINITY))
  return open * 100 + alerts.length * 10 + Math.max(0, ...near)
}

function summaryOf(hosts: readonly HostReport[]): string {
  if (hosts.length === 0) return 'No data in this period.'
  const alerts = hosts.flatMap((host) => host.alerts)
  const open = alerts.filter(({ endedAtMs }) => endedAtMs === undefined).length
  const said = [
    hosts.length === 1 ? (hosts[0]?.host ?? '') : `${hosts.length} hosts`,
    alerts.length === 0 ? 'no alerts' : `${count(alerts.length, 'alert')}${open > 0 ? `, ${open} still open` : ''}`,
  ]
  const percents = hosts.flatMap(({ coverage }) => coverage.percent ?? [])
  if (percents.length > 0)
    said.push(`${formatPercent(Math.min(...percents))} of the snapshots${hosts.length > 1 ? ' at the least' : ''}`)
  const fullest = hosts
    .flatMap((host) => host.metrics.filter(({ metric }) => metric === 'disk.percent').map((disk) => ({ host, disk })))
    .sort((a, b) => b.disk.last - a.disk.last)[0]
  if (fullest) {
    const where = hosts.length > 1 ? ` on ${fullest.host.host}` : ''
    said.push(`fullest disk ${fullest.disk.entity}${where} at ${formatPercent(fullest.disk.last)}`)
  }
  return `${said.join(' · ')}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
