/** One host: what it is, its charts and its numbers. */
import { formatBytes, formatDateTime, formatDuration, formatNumber, formatPercent } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import type { Coverage, HostPresence, HostReport, Report } from '../report.ts'
import { adviceTable, aheadTable } from './ahead.ts'
import type { ChartImage } from './chart-image.ts'
import { chartGrid } from './figure.ts'
import { changeTable, gapTable, metricTable, processTable, unavailableTable } from './tables.ts'

export function hostCard(report: Report, host: HostReport, charts: readonly ChartImage[]): Html {
  return html`<section class="card">
<div><h2>${host.host} <span class="muted small">${coverageWords(host.coverage)}${host.availability && html` · up ${formatPercent(host.availability.percent)}${host.availability.outages > 0 && html`, down ${formatDuration(host.availability.downMs)}`}`}</span></h2>
${host.now && html`<p class="muted small">${factWords(host.now, report.timeZone).join(' · ')}</p>`}</div>
${host.metrics.length === 0 && html`<p class="muted">No snapshots in this period.</p>`}
${chartGrid(charts, report)}
${aheadTable(host, report)}
${adviceTable(host)}
${folded(report.hosts.length > 1, [host.changes !== undefined && changeTable(host.changes, report.timeZone), host.metrics.length > 0 && metricTable(host.metrics), host.processes.length > 0 && processTable(host.processes), host.gaps.length > 0 && gapTable(host, report.timeZone), host.unavailable !== undefined && unavailableTable(host.unavailable, report.timeZone)])}
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
