/** Rollups in, report out. Pure: the same history gives the same report. */
import { allHosts, type Transition } from '../alerts/alert.ts'
import type { HostNow } from '../now.ts'
import type { BucketHead, HostHistory } from '../rollup/host-history.ts'
import { bucketMs } from '../rollup/rollup.ts'
import type { Resolution } from '../rollup/rollup-keys.ts'
import { createSketchSum, type SketchSum } from '../rollup/sketch.ts'
import { mergeUnavailable } from '../rollup/unavailable.ts'
import type { GapRow } from '../shard/block.ts'
import { formatDuration, formatPercent } from '../view/format.ts'
import { byName } from '../view/names.ts'
import { thresholdAdvice } from './advice.ts'
import { allSilentWords } from './all-silent-words.ts'
import { availabilityOf } from './availability.ts'
import { changeReports } from './changes.ts'
import { coverageOf, judgedSlots, silences } from './coverage.ts'
import { forecasts } from './forecast.ts'
import { growths } from './growth.ts'
import { alertReports, isOpen, openWords } from './incidents.ts'
import { leaks } from './leaks.ts'
import { metricReports } from './metric-reports.ts'
import { processReports } from './process-reports.ts'
import {
  type GapReport,
  type HostPresence,
  type HostReport,
  type Report,
  reportVersion,
  type Thresholds,
} from './report.ts'
import { type Places, placesOf } from './rows.ts'

export interface History {
  hosts: ReadonlyMap<string, HostHistory>
  transitions: readonly Transition[]
  gaps: readonly GapRow[]
}

export interface BuildOptions {
  history: History
  /** Of the period before, as long as this one. */
  previous: History
  /** What was decided since the period ended, where that is long past: it tells what was open through all of it. */
  later?: readonly Transition[]
  /** As the report is made. */
  nows?: readonly HostNow[]
  /** Hosts that were asked for by name: each is in the report, with data or without. */
  asked?: readonly string[]
  /** By which those were chosen. */
  tags?: readonly string[]
  period: Report['period']
  resolution: Resolution
  timeZone: string
  locale?: string
  generatedAtMs: number
  thresholds: Thresholds
  problems: string[]
}

export function buildReport(options: BuildOptions): Report {
  const { period, tags = [], resolution, timeZone, locale, generatedAtMs, thresholds, problems } = options
  const slots = slotsOf(period, bucketMs[resolution])
  const shared = { places: placesOf(slots, bucketMs[resolution]), sketch: createSketchSum() }
  const hosts = hostNames(options).map((host) => hostReport(host, slots, shared, options))
  hosts.sort((a, b) => badness(b, thresholds) - badness(a, thresholds) || byName(a.host, b.host))
  return {
    v: reportVersion,
    generatedAtMs,
    timeZone,
    ...(locale === undefined ? {} : { locale }),
    period,
    ...unlessEmpty('tags', [...tags]),
    resolution,
    thresholds,
    summary: summaryOf(hosts, openWords({ period, generatedAtMs }), {
      tags,
      ...(locale === undefined ? {} : { locale }),
    }),
    hosts,
    slots,
    problems: [...problems, ...allSilentWords(options)],
  }
}

/** With data or an alert in the period, with data in the one before, or asked for. */
function hostNames({ history, previous, later = [], nows = [], asked, period }: BuildOptions): string[] {
  const alerting = [
    ...[...history.transitions, ...previous.transitions, ...later].filter(
      ({ incident }) => incident && incident.startedAtMs < period.toMs,
    ),
    ...nows.filter(({ alerts }) =>
      alerts.some(
        ({ alert }) => 'incident' in alert && alert.incident !== undefined && alert.incident.startedAtMs < period.toMs,
      ),
    ),
  ]
  const known = new Set([
    ...history.hosts.keys(),
    ...previous.hosts.keys(),
    ...alerting.map(({ host }) => host),
    ...(asked ?? []),
  ])
  known.delete(allHosts)
  return asked ? [...new Set(asked)] : [...known]
}

const noHistory: HostHistory = { buckets: [], series: new Map(), processes: new Map() }

/** What all hosts have in common, made once. */
interface Shared {
  places: Places
  sketch: SketchSum
}

function hostReport(
  host: string,
  slots: readonly number[],
  { places, sketch }: Shared,
  options: BuildOptions,
): HostReport {
  const { history, previous, later = [], nows = [], period, resolution, generatedAtMs, thresholds } = options
  const own = history.hosts.get(host) ?? noHistory
  const { buckets, series, processes: runs } = own
  const before = previous.hosts.get(host) ?? noHistory
  const now = nows.find((one) => one.host === host)
  const transitions = [...previous.transitions, ...history.transitions, ...later].filter((one) => one.host === host)
  const intervalBeforeMs = before.buckets.findLast(({ intervalMs }) => intervalMs !== undefined)?.intervalMs
  const sources = {
    buckets,
    slots,
    slotMs: bucketMs[resolution],
    nowMs: generatedAtMs,
    ...(intervalBeforeMs === undefined ? {} : { intervalBeforeMs }),
    ...(now?.lastEventMs === undefined ? {} : { lastEventMs: now.lastEventMs }),
  }
  const judged = judgedSlots(sources)
  const metrics = metricReports(series, before.series, places, sketch)
  const processes = processReports(runs, buckets, places)
  const alerts = alertReports({ transitions, open: now?.alerts ?? [], period })
  const availability = availabilityOf({
    alerts,
    knownBefore: before.buckets.length > 0,
    ...(buckets[0] ? { firstMs: buckets[0].startMs } : {}),
    period,
    nowMs: generatedAtMs,
  })
  return {
    host,
    ...(now ? { now: presenceOf(now) } : {}),
    coverage: coverageOf(sources, judged),
    ...(availability ? { availability } : {}),
    metrics,
    processes,
    alerts,
    gaps: gapReports(
      history.gaps.filter((gap) => gap.host === host),
      silences(sources, judged),
    ),
    ...unlessEmpty('forecasts', forecasts(metrics, slots, period)),
    ...unlessEmpty('leaks', leaks(processes, slots)),
    ...unlessEmpty('growths', growths(runs, slots, places)),
    ...unlessEmpty('advice', thresholdAdvice({ metrics, alerts, thresholds, period })),
    ...unlessEmpty('changes', changeReports(own, before, period)),
    ...unavailableReports(buckets),
  }
}

function unlessEmpty<Key extends string, Value>(key: Key, values: Value[]): { [K in Key]?: Value[] } {
  return values.length === 0 ? {} : ({ [key]: values } as { [K in Key]: Value[] })
}

/** Most often first. */
function unavailableReports(buckets: readonly BucketHead[]): Pick<HostReport, 'unavailable'> {
  const all = buckets.reduce((sum, bucket) => sum + bucket.snapshots, 0)
  const merged = mergeUnavailable(buckets.flatMap(({ unavailable = [] }) => unavailable))
  if (merged.length === 0) return {}
  const unavailable = merged.toSorted((a, b) => b.snapshots - a.snapshots)
  return { unavailable: unavailable.map(({ snapshots, ...one }) => ({ ...one, percent: (snapshots / all) * 100 })) }
}

function presenceOf({ facts, agentVersion, lastEventMs, stoppedAtMs, latest }: HostNow): HostPresence {
  const memoryBytes = latest?.memory.totalBytes
  return {
    facts,
    agentVersion,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(latest?.sinceBootMs === undefined ? {} : { uptimeMs: latest.sinceBootMs }),
    ...(lastEventMs === undefined ? {} : { lastEventMs }),
    ...(stoppedAtMs === undefined ? {} : { stoppedAtMs }),
  }
}

/** A silence that gap records explain is told once, in their words. */
function gapReports(told: readonly GapRow[], silent: readonly GapReport[]): GapReport[] {
  const explained = ({ fromMs, toMs }: GapReport) => {
    const overlaps = told.map((gap) => Math.min(toMs, gap.toMs) - Math.max(fromMs, gap.fromMs))
    return overlaps.reduce((sum, overlap) => sum + Math.max(0, overlap), 0) * 2 >= toMs - fromMs
  }
  const records = told.map(({ fromMs, toMs, snapshots, reason }) => ({
    fromMs,
    toMs,
    reason,
    ...(snapshots === undefined ? {} : { snapshots }),
  }))
  return [...records, ...silent.filter((gap) => !explained(gap))].sort((a, b) => a.fromMs - b.fromMs)
}

/** Starts of the buckets that overlap the period. */
function slotsOf({ fromMs, toMs }: Report['period'], lengthMs: number): number[] {
  const slots: number[] = []
  for (let at = Math.floor(fromMs / lengthMs) * lengthMs; at < toMs; at += lengthMs) slots.push(at)
  return slots
}

/** Differences below it are chance: hosts that are as well as each other stand by name. */
const nearSteps = 10

/** Open alerts weigh most, then past ones, then how near the host is to its thresholds. */
function badness({ alerts, metrics }: HostReport, { cpuPercent, memoryPercent, diskPercent }: Thresholds): number {
  const open = alerts.filter(isOpen).length
  const limits = new Map([
    ['cpu.percent', cpuPercent],
    ['memory.percent', memoryPercent],
    ['disk.percent', diskPercent],
  ])
  const near = metrics.map(({ metric, p95 }) => p95 / (limits.get(metric) || Number.POSITIVE_INFINITY))
  return open * 100 + alerts.length * 10 + Math.round(nearSteps * Math.max(0, ...near)) / nearSteps
}

export function summaryOf(
  hosts: readonly HostReport[],
  openWord: string,
  { tags = [], locale }: { tags?: readonly string[]; locale?: string } = {},
): string {
  const alerts = hosts.flatMap((host) => host.alerts)
  if (alerts.length === 0 && hosts.every(({ coverage }) => coverage.snapshots === 0)) return 'No data in this period.'
  const open = alerts.filter(isOpen).length
  const said = [
    hosts.length === 1
      ? (hosts[0]?.host ?? '')
      : `${hosts.length} hosts${tags.length > 0 ? ` of ${tags.join(' and ')}` : ''}`,
    alerts.length === 0 ? 'no alerts' : `${count(alerts.length, 'alert')}${openOf(alerts.length, open, openWord)}`,
  ]
  const percents = hosts.flatMap(({ coverage }) => (coverage.snapshots > 0 ? (coverage.percent ?? []) : []))
  if (percents.length > 0)
    said.push(`${hosts.length > 1 ? 'at least ' : ''}${formatPercent(Math.min(...percents), locale)} of the snapshots`)
  said.push(...missingWords(hosts))
  const fullest = hosts
    .flatMap((host) => host.metrics.filter(({ metric }) => metric === 'disk.percent').map((disk) => ({ host, disk })))
    .sort((a, b) => b.disk.last - a.disk.last)[0]
  if (fullest) {
    const where = hosts.length > 1 ? ` on ${fullest.host.host}` : ''
    said.push(`fullest disk ${fullest.disk.entity}${where} at ${formatPercent(fullest.disk.last, locale)}`)
  }
  return `${said.join(' · ')}`
}

/** `, 2 still open`; of all of them without a number. */
function openOf(alerts: number, open: number, openWord: string): string {
  if (open === 0) return ''
  return open < alerts ? `, ${open} ${openWord}` : `, ${alerts > 1 ? 'all ' : ''}${openWord}`
}

function missingWords(hosts: readonly HostReport[]): string[] {
  const silent = hosts.filter(({ coverage }) => coverage.snapshots === 0).length
  const gaps = hosts.flatMap((host) => (host.coverage.snapshots > 0 ? host.gaps : []))
  const lengthMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return [
    ...(silent > 0 ? [hosts.length > 1 ? `${count(silent, 'host')} without data` : 'no data'] : []),
    ...(gaps.length > 0 ? [`${count(gaps.length, 'gap')}, ${formatDuration(lengthMs)} in all`] : []),
  ]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
