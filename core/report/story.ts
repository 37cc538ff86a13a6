/** What a reader has to know of the period before anything else: what happened to whom, and what comes of it. */
import { alertName } from '../alerts/finding.ts'
import { formatBytes, formatDateTime, formatDuration, formatValue } from '../view/format.ts'
import { growthRange } from './advice-words.ts'
import { changeLine } from './change-words.ts'
import { fullWords } from './forecast-words.ts'
import { isOpen, openWords } from './incidents.ts'
import type { AlertReport, ChangeReport, GapReport, HostReport, Report } from './report.ts'

export interface HostStory {
  host: HostReport
  /** One at least. Names of hosts, mounts and processes stand in them as they were sent. */
  lines: string[]
}

/** Worst first; of whom there is nothing to tell is left out. */
export function storyOf(report: Report): HostStory[] {
  return report.hosts.map((host) => ({ host, lines: linesOf(host, report) })).filter(({ lines }) => lines.length > 0)
}

/** Of those that are told there is no need to say it again. */
export function isToldInStory({ what }: ChangeReport): boolean {
  return !what.startsWith('process-')
}

function linesOf(host: HostReport, report: Report): string[] {
  const { alerts, leaks = [], growths = [], forecasts = [], changes = [] } = host
  const { locale } = report
  const alike = Map.groupBy(alerts, (alert) => `${alert.rule} ${alert.entity}`)
  return [
    ...[...alike.values()].map((same) => alertLine(same, host, report)),
    ...silenceLine(host, report),
    ...leaks.map(
      ({ name, bytesPerHour, fromBytes, toBytes }) =>
        `${name} grew steadily: memory from ${formatBytes(fromBytes, locale)} to ${formatBytes(toBytes, locale)}, ${formatBytes(24 * bytesPerHour, locale)} a day`,
    ),
    ...growths.map((growth) => `${growth.name} grew steadily: ${growthRange(growth, locale)}`),
    ...forecasts.map((one) => `${one.mount} will be full on ${fullWords(one, report)}, if it goes on as it did`),
    ...changes.filter(isToldInStory).map((one) => `${changeLine(one, locale)} (${formatDateTime(one.lastMs, report)})`),
  ]
}

/** Of all alerts of one rule and entity. */
function alertLine(same: readonly AlertReport[], host: HostReport, report: Report): string {
  const [first] = same
  if (!first) return ''
  const name = first.rule === 'host-down' ? 'down' : `${alertName(first)} alert`
  const at = (atMs: number) => formatDateTime(atMs, report)
  const open = same.find(isOpen)
  const peak = peakWords(first, host, report.locale)
  if (open) {
    const before = same.length > 1 ? `, and ${same.length - 1} times before` : ''
    return `${name} ${openWords(report)} since ${at(open.startedAtMs)}${before}${peak}`
  }
  const lengthMs = same.reduce(
    (sum, { startedAtMs, endedAtMs = report.period.toMs }) => sum + endedAtMs - startedAtMs,
    0,
  )
  if (same.length > 1) {
    return `${name} ${same.length} times, ${formatDuration(lengthMs)} in all, last at ${at(first.startedAtMs)}${peak}`
  }
  return `${name} for ${formatDuration(lengthMs)}, ${at(first.startedAtMs)} to ${at(first.endedAtMs ?? report.period.toMs)}${peak}`
}

const measured: Readonly<Record<string, string>> = {
  cpu: 'cpu.percent',
  memory: 'memory.percent',
  disk: 'disk.percent',
}

/** How far it went. */
function peakWords({ rule, entity }: AlertReport, { metrics }: HostReport, locale?: string): string {
  const peak = metrics.find((one) => one.metric === measured[rule] && one.entity === entity)?.max
  return peak === undefined ? '' : `, up to ${formatValue(peak, '%', locale)}`
}

/** Without data, but for the times in which it was down. */
function silenceLine({ coverage, gaps, alerts }: HostReport, report: Report): string[] {
  const { period } = report
  const isDown = ({ fromMs, toMs }: GapReport) =>
    alerts.some(
      ({ rule, startedAtMs, endedAtMs = period.toMs }) =>
        rule === 'host-down' && startedAtMs < toMs && endedAtMs > fromMs,
    )
  const silent = gaps.filter((gap) => !isDown(gap))
  if (coverage.snapshots === 0) return silent.length === gaps.length ? ['no data'] : []
  const [first] = silent
  if (!first) return []
  const lengthMs = silent.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return [
    silent.length === 1
      ? `no data for ${formatDuration(lengthMs)} from ${formatDateTime(first.fromMs, report)}: ${first.reason}`
      : `no data in ${silent.length} gaps, ${formatDuration(lengthMs)} in all`,
  ]
}
