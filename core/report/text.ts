/** The report in a few lines, for a terminal or a mail's text part. */
import { alertName } from '../alerts/finding.ts'
import { metricById } from '../metrics.ts'
import { formatBytes, formatDateTime, formatDuration, formatPercent, formatSince, formatValue } from '../view/format.ts'
import { oneLine } from '../view/line.ts'
import { adviceSubject, adviceWords, growthWords } from './advice-words.ts'
import { changeLine } from './change-words.ts'
import { costWords } from './cost-words.ts'
import { betweenWords, fullWords } from './forecast-words.ts'
import { openWords } from './incidents.ts'
import type { HostReport, Report } from './report.ts'
import { lengthWords, spanWords } from './span.ts'
import { storyOf } from './story.ts'

const shownMetrics = ['cpu.percent', 'memory.percent', 'disk.percent', 'load1']

/** In a line: of whom, how long, until when. */
export function reportTitle(report: Report): string {
  const { hosts, tags = [], period } = report
  const [only] = hosts
  const who =
    hosts.length === 1 && only
      ? oneLine(only.host)
      : `${hosts.length} hosts${tags.length > 0 ? oneLine(` of ${tags.join(' and ')}`) : ''}`
  return `${who}, ${spanWords(period, report.timeZone)} to ${formatDateTime(period.toMs, report)}`
}

/** From when to when, and in which time zone. */
export function reportPeriod(report: Report): string {
  const { period, timeZone } = report
  return `${formatDateTime(period.fromMs, report)} to ${formatDateTime(period.toMs, report)}, ${timeZone}`
}

export function reportText(report: Report): string {
  const { period, timeZone } = report
  return [
    `${formatDateTime(period.fromMs, report)} to ${formatDateTime(period.toMs, report)} (${timeZone})`,
    oneLine(report.summary),
    ...storyLines(report),
    ...report.hosts.flatMap((host) => ['', ...hostLines(host, report)]),
    ...report.problems.map((problem) => `! ${oneLine(problem)}`),
    ...(report.cost ? ['', costWords(report.cost, report.locale)] : []),
    '',
  ].join('\n')
}

/** Of one host it would be said twice. */
function storyLines(report: Report): string[] {
  const story = report.hosts.length > 1 ? storyOf(report) : []
  const lines = story.flatMap(({ host, lines }) => lines.map((line) => `  ${oneLine(host.host)}: ${oneLine(line)}`))
  return lines.length === 0 ? [] : ['', 'What happened', ...lines]
}

function hostLines(hostReport: HostReport, report: Report): string[] {
  const { host, coverage, availability, metrics, alerts, gaps } = hostReport
  const { forecasts = [], leaks = [], growths = [], advice = [], changes = [], unavailable = [] } = hostReport
  const { locale } = report
  const rows = metrics
    .filter(({ metric }) => shownMetrics.includes(metric))
    .map(({ metric, entity, mean, p95, max }) => {
      const { title, unit } = metricById(metric) ?? { title: metric, unit: 'count' as const }
      const name = `${title}${entity === '' ? '' : ` ${entity}`}`
      const value = (number: number) => formatValue(number, unit, locale).padStart(8)
      return `  ${oneLine(name).padEnd(20)} mean ${value(mean)}   p95 ${value(p95)}   max ${value(max)}`
    })
  const alertLines = alerts.map(({ rule, entity, startedAtMs, endedAtMs, reason, topProcess }) => {
    const length =
      endedAtMs === undefined
        ? openWords(report)
        : `${formatDuration(endedAtMs - startedAtMs)} to ${formatSince(endedAtMs, startedAtMs, report)}`
    const busiest = topProcess === undefined ? '' : ` (busiest: ${oneLine(topProcess)})`
    return `  ${formatDateTime(startedAtMs, report)}  ${oneLine(alertName({ rule, entity }))}, ${length}: ${oneLine(reason)}${busiest}`
  })
  const gapLines = gaps.map(
    ({ fromMs, toMs, reason }) =>
      `  ${formatDateTime(fromMs, report)}  gap of ${lengthWords({ fromMs, toMs }, report.timeZone)}: ${oneLine(reason)}`,
  )
  const missing = unavailable.map(
    ({ subject, reason, firstMs, percent }) =>
      `  ${formatDateTime(firstMs, report)}  not read since, in ${formatPercent(percent, locale)} of the snapshots: ${oneLine(subject)}: ${oneLine(reason)}`,
  )
  const changed = changes.map((one) => `  ${formatDateTime(one.lastMs, report)}  ${oneLine(changeLine(one, locale))}`)
  const coming = forecasts.map(
    (one) =>
      `  ${fullWords(one, report)}  ${oneLine(one.mount)} full, if it goes on as it did${betweenWords(one, report)}`,
  )
  const growing = leaks.map(
    ({ name, bytesPerHour, fromBytes, toBytes }) =>
      `  ${oneLine(name)} grew steadily from ${formatBytes(fromBytes, locale)} to ${formatBytes(toBytes, locale)}, ${formatBytes(bytesPerHour, locale)} an hour`,
  )
  if (coverage.snapshots === 0) return [`${oneLine(host)}  (no data)`, ...alertLines, ...gapLines]
  return [
    `${oneLine(host)}  (${formatPercent(coverage.percent, locale)} of the snapshots${availability ? `, up ${formatPercent(availability.percent, locale)} of the time` : ''})`,
    ...rows,
    ...alertLines,
    ...gapLines,
    ...changed,
    ...coming,
    ...growing,
    ...growths.map((one) => `  ${oneLine(one.name)} grew steadily: ${growthWords(one, locale)}`),
    ...advice.map((one) => `  ${oneLine(adviceSubject(one))}: ${adviceWords(one, locale)}`),
    ...missing,
  ]
}
