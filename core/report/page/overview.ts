/** What concerns several hosts: who is worst, every alert, and the fleet's charts. */
import { alertName } from '../../alerts/finding.ts'
import { formatDuration, formatPercent, formatSince } from '../../view/format.ts'
import { type Html, type HtmlValue, html } from '../../view/html.ts'
import { fullestDiskEver } from '../fullest-disk.ts'
import { isOpen, openWords } from '../incidents.ts'
import type { AlertReport, HostReport, MetricReport, Report } from '../report.ts'
import type { ChartImage } from './chart-image.ts'
import { chartGrid } from './figure.ts'
import { hostLink, type PageNames } from './host-link.ts'
import { stateCounts, statePill } from './host-state.ts'
import { storyList } from './story.ts'
import { time } from './time.ts'

export function overview(report: Report, charts: readonly ChartImage[], names: PageNames = new Map()): Html {
  const { hosts } = report
  const isSeveral = hosts.length > 1
  return html`<section class="card" aria-labelledby="overview">
<h2 id="overview">Overview</h2>
${isSeveral && stateCounts(report)}
${storyList(report, names)}
${isSeveral && names.size === 0 && hostTable(report, names)}
${hosts.some(({ alerts }) => alerts.length > 0) && html`<div><h3>Alerts</h3>${alertList(report, names)}</div>`}
${chartGrid(charts, report)}
</section>`
}

/** Of hosts that have pages of their own: too many rows to stand above what is wrong. */
export function allHosts(report: Report, names: PageNames): Html {
  return html`<section class="card" aria-labelledby="hosts"><h2 id="hosts">All ${report.hosts.length} hosts</h2>${hostTable(report, names)}</section>`
}

const alertsShown = 50

/** Open ones first, of those the critical ones, then the newest. */
export function alertList(report: Report, names: PageNames = new Map()): Html {
  const alerts = report.hosts.flatMap((host) => host.alerts.map((alert) => ({ host: host.host, alert })))
  const weight = ({ alert }: { alert: AlertReport }) => (isOpen(alert) ? (alert.severity === 'critical' ? 2 : 1) : 0)
  alerts.sort((a, b) => weight(b) - weight(a) || b.alert.startedAtMs - a.alert.startedAtMs)
  return html`<div><div class="scroll" tabindex="0" role="region" aria-label="Alerts"><table class="alerts">
<thead><tr><th scope="col">Began</th>${report.hosts.length > 1 && html`<th scope="col">Host</th>`}<th scope="col">Alert</th><th scope="col">Lasted</th><th scope="col">Why</th></tr></thead>
<tbody>${alerts.slice(0, alertsShown).map(({ host, alert }) => alertRow({ host, alert, report, names }))}</tbody>
</table></div>${alerts.length > alertsShown && html`<p class="muted small">and ${alerts.length - alertsShown} more, in report.json</p>`}</div>`
}

function alertRow({
  host,
  alert,
  report,
  names,
}: {
  host: string
  alert: AlertReport
  report: Report
  names: PageNames
}): Html {
  const { rule, entity, startedAtMs, endedAtMs, reason, severity, topProcess } = alert
  return html`<tr><td class="nowrap">${time(startedAtMs, report)}</td>${report.hosts.length > 1 && html`<td><strong>${hostLink(host, names)}</strong></td>`}<td>${alertName({ rule, entity })}</td>
<td class="nowrap">${endedAtMs === undefined ? html`<span class="pill c-${severity}">${openWords(report)}</span>` : html`${formatDuration(endedAtMs - startedAtMs)} <span class="small muted">to ${formatSince(endedAtMs, startedAtMs, report)}</span>`}</td>
<td class="why">${reason}${topProcess !== undefined && html` <span class="muted">· busiest: ${topProcess}</span>`}</td></tr>`
}

function hostTable(report: Report, names: PageNames): Html {
  const of = (host: HostReport, metric: string) => host.metrics.find(({ series }) => series === metric)
  const cell = (metric: MetricReport | undefined) =>
    html`<td class="num">${formatPercent(metric?.mean, report.locale)}</td><td class="num wide">${formatPercent(metric?.p95, report.locale)}</td>`
  return html`<div><div class="scroll" tabindex="0" role="region" aria-label="Hosts"><table class="hosts">
<thead><tr><th scope="col">Host</th><th scope="col" class="wide">State</th><th scope="col" class="num">CPU</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Memory</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Fullest disk</th><th scope="col" class="num wide">max</th><th scope="col" class="num">Alerts</th><th scope="col" class="num wide">Snapshots</th></tr></thead>
<tbody>${report.hosts.map(
    (
      host,
    ) => html`<tr><th scope="row"><span class="name">${hostLink(host.host, names)}</span></th><td class="wide">${statePill(host, report, 'always')}</td>${cell(of(host, 'cpu.percent'))}${cell(of(host, 'memory.percent'))}
<td class="num">${formatPercent(fullestDiskEver(host)?.last, report.locale)}</td><td class="num wide">${formatPercent(fullestDiskEver(host)?.max, report.locale)}</td><td class="num">${alertCount(host)}</td><td class="num wide">${formatPercent(host.coverage.percent, report.locale)}</td></tr>`,
  )}</tbody>
</table></div><p class="muted small">CPU and memory: means of the period, and p95, below which they were 95 % of the time. Of the disks the one that was fullest: at the end, and at its fullest.</p></div>`
}

function alertCount({ alerts }: HostReport): HtmlValue {
  const open = alerts.filter(isOpen)
  const state = open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning'
  return open.length > 0 ? html`<span class="pill c-${state}">${open.length} open</span>` : alerts.length
}
