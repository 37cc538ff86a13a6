/** metrics_report.html: one self-contained file that needs no script. What hosts sent is text. */

import { createHash } from 'node:crypto'
import { alertName } from '../alerts/finding.ts'
import { metricById, type Unit } from '../metrics.ts'
import {
  absent,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatValue,
  isoTime,
} from '../view/format.ts'
import { type Html, type HtmlValue, html, raw, render } from '../view/html.ts'
import { fullestDisk } from './fullest-disk.ts'
import { isOpen, openWords } from './incidents.ts'
import type {
  AlertReport,
  Coverage,
  HostPresence,
  HostReport,
  MetricReport,
  ProcessReport,
  Report,
  UnavailableReport,
} from './report.ts'
import { reportCss } from './style.ts'

/** One chart, drawn for light and for dark; absent where drawing failed. */
export interface ChartImage {
  title: string
  /** What a reader who can't see it is told. */
  alt: string
  light?: Uint8Array
  dark?: Uint8Array
  /** CSS pixels. */
  width: number
  height: number
}

export interface PageCharts {
  /** Of all hosts together. */
  overall: readonly ChartImage[]
  byHost: ReadonlyMap<string, readonly ChartImage[]>
}

const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${createHash('sha256').update(reportCss).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function reportPage(report: Report, charts: PageCharts): string {
  const { period, timeZone, generatedAtMs, hosts, problems, summary } = report
  const title = hosts.length === 1 ? `Report: ${hosts[0]?.host}` : 'Report'
  return render(html`${raw('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(reportCss)}</style>
</head>
<body>
<header><div class="wrap">
<h1>Vitals report</h1>
<p class="lead">${summary}</p>
<p class="muted">${time(period.fromMs, timeZone)} to ${time(period.toMs, timeZone)}, ${timeZone} · ${formatDuration(period.toMs - period.fromMs)}</p>
</div></header>
<main class="wrap">
${problems.length > 0 && html`<section class="card" aria-label="What is missing">${problems.map((problem) => html`<p class="problem">${problem}</p>`)}</section>`}
${hosts.length === 0 && html`<section class="card"><h2>No data</h2><p>No host has sent anything in this period, or nothing has been rolled up yet.</p></section>`}
${(hosts.length > 1 || hosts.some(({ alerts }) => alerts.length > 0)) && overview(report, charts.overall)}
${hosts.map((host) => hostCard(report, host, charts.byHost.get(host.host) ?? []))}
</main>
<footer class="wrap">Made by Vitals at ${time(generatedAtMs, timeZone)}. Means and maxima are exact, p95 is within 1 %.</footer>
</body>
</html>
`)
}

function overview(report: Report, charts: readonly ChartImage[]): Html {
  const { hosts } = report
  const alerts = hosts.flatMap((host) => host.alerts.map((alert) => ({ host: host.host, alert })))
  alerts.sort((a, b) => Number(isOpen(b.alert)) - Number(isOpen(a.alert)) || b.alert.startedAtMs - a.alert.startedAtMs)
  return html`<section class="card" aria-labelledby="overview">
<h2 id="overview">Overview</h2>
${hosts.length > 1 && hostTable(hosts)}
${
  alerts.length > 0 &&
  html`<div><h3>Alerts</h3><div class="scroll" tabindex="0" role="region" aria-label="Alerts"><table class="alerts">
<thead><tr><th scope="col">Began</th><th scope="col">Host</th><th scope="col">Alert</th><th scope="col">Lasted</th><th scope="col">Why</th></tr></thead>
<tbody>${alerts.slice(0, alertsShown).map(({ host, alert }) => alertRow(host, alert, report))}</tbody>
</table></div>${alerts.length > alertsShown && html`<p class="muted small">and ${alerts.length - alertsShown} more, in report.json</p>`}</div>`
}
${chartGrid(charts)}
</section>`
}

const alertsShown = 50

function alertRow(host: string, alert: AlertReport, report: Report): Html {
  const { rule, entity, startedAtMs, endedAtMs, reason, severity, topProcess } = alert
  return html`<tr><td class="nowrap">${time(startedAtMs, report.timeZone)}</td><td><strong>${host}</strong></td><td>${alertName({ rule, entity })}</td>
<td class="nowrap">${endedAtMs === undefined ? html`<span class="pill c-${severity}">${openWords(report)}</span>` : formatDuration(endedAtMs - startedAtMs)}</td>
<td class="why">${reason}${topProcess !== undefined && html` <span class="muted">· busiest: ${topProcess}</span>`}</td></tr>`
}

function hostTable(hosts: readonly HostReport[]): Html {
  const mean = (host: HostReport, metric: string) => host.metrics.find(({ series }) => series === metric)
  const cell = (metric: MetricReport | undefined) =>
    html`<td class="num">${formatPercent(metric?.mean)}</td><td class="num wide">${formatPercent(metric?.p95)}</td>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Hosts"><table class="hosts">
<thead><tr><th scope="col">Host</th><th scope="col" class="num">CPU</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Memory</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Fullest disk</th><th scope="col" class="num">Alerts</th><th scope="col" class="num wide">Snapshots</th></tr></thead>
<tbody>${hosts.map(
    (
      host,
    ) => html`<tr><th scope="row">${host.host}</th>${cell(mean(host, 'cpu.percent'))}${cell(mean(host, 'memory.percent'))}
<td class="num">${formatPercent(fullestDisk(host)?.last)}</td><td class="num">${alertCount(host)}</td><td class="num wide">${formatPercent(host.coverage.percent)}</td></tr>`,
  )}</tbody>
</table></div>`
}

function alertCount({ alerts }: HostReport): HtmlValue {
  const open = alerts.filter(isOpen)
  const state = open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'
  return open.length > 0 ? html`<span class="pill c-${state}">${open.length} open</span>` : alerts.length
}

function hostCard(report: Report, host: HostReport, charts: readonly ChartImage[]): Html {
  return html`<section class="card">
<div><h2>${host.host} <span class="muted small">${coverageWords(host.coverage)}</span></h2>
${host.now && html`<p class="muted small">${factWords(host.now, report.timeZone).join(' · ')}</p>`}</div>
${host.metrics.length === 0 && html`<p class="muted">No snapshots in this period.</p>`}
${chartGrid(charts)}
${folded(report.hosts.length > 1, [host.metrics.length > 0 && metricTable(host.metrics), host.processes.length > 0 && processTable(host.processes), host.gaps.length > 0 && gapTable(host, report.timeZone), host.unavailable !== undefined && unavailableTable(host.unavailable, report.timeZone)])}
</section>`
}

/** Of many hosts the numbers are a click away, and on paper they are all there. */
function folded(isFolded: boolean, tables: readonly (Html | false)[]): Html {
  if (!isFolded) return html`<div class="tables">${tables}</div>`
  return html`<details><summary>All numbers</summary><div class="tables">${tables}</div></details>`
}

/** What it is, as far as it is known, and whether it was stopped on purpose. */
function factWords(
  { facts, agentVersion, memoryBytes, uptimeMs, stoppedAtMs }: HostPresence,
  timeZone: string,
): string[] {
  const { os, kernel, arch, cores, virtualisation, tags = {} } = facts
  return [
    ...[os, kernel, arch, virtualisation].flatMap((fact) => fact ?? []),
    ...(cores === undefined ? [] : [`${cores} core${cores === 1 ? '' : 's'}`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(uptimeMs === undefined || stoppedAtMs !== undefined ? [] : [`up ${formatDuration(uptimeMs)}`]),
    `agent ${agentVersion}`,
    ...(stoppedAtMs === undefined ? [] : [`stopped ${formatDateTime(stoppedAtMs, timeZone)}`]),
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
  ]
}

function coverageWords({ snapshots, expected, percent }: Coverage): string {
  if (expected === undefined) return `${formatNumber(snapshots)} snapshots`
  return `${formatNumber(snapshots)} of ${formatNumber(expected)} snapshots, ${formatPercent(percent)}`
}

function chartGrid(charts: readonly ChartImage[]): Html | false {
  const drawn = charts.filter(({ light }) => light !== undefined)
  return drawn.length > 0 && html`<div class="charts">${drawn.map(figure)}</div>`
}

function figure({ title, alt, light, dark, width, height }: ChartImage): Html {
  return html`<figure><figcaption><h3>${title}</h3></figcaption><picture>
${dark && html`<source media="screen and (prefers-color-scheme: dark)" srcset="${dataUrl(dark)}">`}
${light && html`<img src="${dataUrl(light)}" alt="${alt}" width="${width}" height="${height}">`}
</picture></figure>`
}

function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/** The charts' numbers for whoever can't see them, and exact for whoever can. */
function metricTable(metrics: readonly MetricReport[]): Html {
  return html`<div><h3>Metrics</h3><div class="scroll" tabindex="0" role="region" aria-label="Metrics"><table>
<thead><tr><th scope="col">Metric</th><th scope="col" class="num">Mean</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Max</th><th scope="col" class="num wide">Last</th><th scope="col" class="num wide">Change</th></tr></thead>
<tbody>${metrics.map((one) => {
    const { title, unit } = metricById(one.metric) ?? { title: one.metric, unit: 'count' as const }
    const value = (number: number | undefined) => formatValue(number, unit)
    return html`<tr><th scope="row">${title} ${one.entity !== '' && html`<span class="muted">${one.entity}</span>`}</th><td class="num">${value(one.mean)}</td><td class="num wide">${value(one.p95)}</td><td class="num">${value(one.max)}</td><td class="num wide">${value(one.last)}</td><td class="num wide">${changeWords(one.change, unit)}</td></tr>`
  })}</tbody>
</table></div><p class="muted small">Change: this period’s mean less that of the period before; pp: percentage points.</p></div>`
}

function changeWords(change: number | undefined, unit: Unit): string {
  if (change === undefined) return absent
  const size = unit === '%' ? `${Math.abs(change).toFixed(1)}\u00a0pp` : formatValue(Math.abs(change), unit)
  if (!/[1-9]/.test(size)) return '±0'
  return `${change < 0 ? '−' : '+'}${size}`
}

function processTable(processes: readonly ProcessReport[]): Html {
  return html`<div><h3>Processes</h3><div class="scroll" tabindex="0" role="region" aria-label="Processes"><table>
<thead><tr><th scope="col">Name</th><th scope="col" class="num">CPU, mean</th><th scope="col" class="num wide">max</th><th scope="col" class="num">Memory, mean</th><th scope="col" class="num wide">max</th><th scope="col" class="num wide">Threads</th><th scope="col" class="num wide">Files</th><th scope="col" class="num wide">Seen</th></tr></thead>
<tbody>${shownProcesses(processes).map(
    (one) =>
      html`<tr><th scope="row">${one.name}${one.instancesMax > 1 && html` <span class="muted">× ${one.instancesMax}</span>`}</th><td class="num">${formatPercent(one.cpuPercentMean)}</td><td class="num wide">${formatPercent(one.cpuPercentMax)}</td><td class="num">${formatBytes(one.rssBytesMean)}</td><td class="num wide">${formatBytes(one.rssBytesMax)}</td><td class="num wide">${formatNumber(one.threadsMax)}</td><td class="num wide">${formatNumber(one.openFilesMax)}</td><td class="num wide">${formatPercent(one.seenPercent)}</td></tr>`,
  )}</tbody>
</table></div><p class="muted small">All processes of one name together. CPU: 100 % is one core. Seen: how often it was among the busiest or largest.</p></div>`
}

const busiestShown = 10
const largestShown = 5

/** What needs much memory and no CPU is shown as well. */
function shownProcesses(processes: readonly ProcessReport[]): ProcessReport[] {
  const largest = processes.toSorted((a, b) => b.rssBytesMean - a.rssBytesMean).slice(0, largestShown)
  return [...new Set([...processes.slice(0, busiestShown), ...largest])]
}

function gapTable({ gaps }: HostReport, timeZone: string): Html {
  return html`<div><h3>Gaps</h3><div class="scroll" tabindex="0" role="region" aria-label="Gaps"><table class="alerts">
<thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Length</th><th scope="col" class="num">Snapshots</th><th scope="col">Why</th></tr></thead>
<tbody>${gaps.map(({ fromMs, toMs, snapshots, reason }) => html`<tr><td class="nowrap">${time(fromMs, timeZone)}</td><td class="nowrap wide">${time(toMs, timeZone)}</td><td class="nowrap">${formatDuration(toMs - fromMs)}</td><td class="num wide">${snapshots === undefined ? 'unknown' : formatNumber(snapshots)}</td><td class="why">${reason}</td></tr>`)}</tbody>
</table></div></div>`
}

function unavailableTable(unavailable: readonly UnavailableReport[], timeZone: string): Html {
  return html`<div><h3>Not read</h3><div class="scroll" tabindex="0" role="region" aria-label="Not read"><table class="alerts">
<thead><tr><th scope="col">Value</th><th scope="col">Since</th><th scope="col" class="wide">Last</th><th scope="col" class="num">Snapshots</th><th scope="col">Why</th></tr></thead>
<tbody>${unavailable.map(({ subject, reason, firstMs, lastMs, percent }) => html`<tr><th scope="row">${subject}</th><td class="nowrap">${time(firstMs, timeZone)}</td><td class="nowrap wide">${time(lastMs, timeZone)}</td><td class="num">${formatPercent(percent)}</td><td class="why">${reason}</td></tr>`)}</tbody>
</table></div></div>`
}

function time(atMs: number, timeZone: string): Html {
  return html`<time datetime="${isoTime(atMs)}">${formatDateTime(atMs, timeZone)}</time>`
}
