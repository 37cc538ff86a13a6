/** What concerns several hosts: who is worst, every alert, and the fleet's charts. */
import { alertName } from '../../alerts/finding.ts'
import { formatDuration, formatPercent } from '../../view/format.ts'
import { type Html, type HtmlValue, html } from '../../view/html.ts'
import { fullestDisk } from '../fullest-disk.ts'
import { isOpen, openWords } from '../incidents.ts'
import type { AlertReport, HostReport, MetricReport, Report } from '../report.ts'
import type { ChartImage } from './chart-image.ts'
import { chartGrid } from './figure.ts'
import { time } from './time.ts'

export function overview(report: Report, charts: readonly ChartImage[]): Html {
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
${chartGrid(charts, report)}
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
