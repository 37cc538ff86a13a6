/** One host: what it is, its charts and its numbers. */
import { formatBytes, formatDateTime, formatDuration, formatNumber, formatPercent } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import type { Reader } from '../../view/locale.ts'
import type { Coverage, HostPresence, HostReport, Report } from '../report.ts'
import { adviceTable, aheadTable } from './ahead.ts'
import type { ChartImage } from './chart-image.ts'
import { chartGrid } from './figure.ts'
import { changeTable, gapTable, metricTable, processTable, unavailableTable } from './tables.ts'

export function hostCard(report: Report, host: HostReport, charts: readonly ChartImage[]): Html {
  return html`<section class="card">
<div><h2>${host.host} <span class="muted small">${coverageWords(host.coverage, report)}${host.availability && html` · up ${formatPercent(host.availability.percent, report.locale)}${host.availability.outages > 0 && html`, down ${formatDuration(host.availability.downMs)}`}`}</span></h2>
${host.now && html`<p class="muted small">${factWords(host.now, report).join(' · ')}</p>`}</div>
${host.metrics.length === 0 && html`<p class="muted">No snapshots in this period.</p>`}
${chartGrid(charts, report)}
${aheadTable(host, report)}
${adviceTable(host, report)}
${folded(report.hosts.length > 1, [host.changes !== undefined && changeTable(host.changes, report), host.metrics.length > 0 && metricTable(host.metrics, report), host.processes.length > 0 && processTable(host.processes, report), host.gaps.length > 0 && gapTable(host, report), host.unavailable !== undefined && unavailableTable(host.unavailable, report)])}
</section>`
}

/** Of many hosts the numbers are a click away, and on paper they are all there. */
function folded(isFolded: boolean, tables: readonly (Html | false)[]): Html | false {
  if (!tables.some((table) => table !== false)) return false
  if (!isFolded) return html`<div class="tables">${tables}</div>`
  return html`<details><summary>All numbers</summary><div class="tables">${tables}</div></details>`
}

/** What it is, as far as it is known, and whether it was stopped on purpose. */
function factWords(
  { facts, agentVersion, memoryBytes, uptimeMs, stoppedAtMs }: HostPresence,
  reader: Reader,
): string[] {
  const { os, kernel, arch, cores, virtualisation, tags = {} } = facts
  return [
    ...[os, kernel, arch, virtualisation].flatMap((fact) => fact ?? []),
    ...(cores === undefined ? [] : [`${cores} core${cores === 1 ? '' : 's'}`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes, reader.locale)]),
    ...(uptimeMs === undefined || stoppedAtMs !== undefined ? [] : [`up ${formatDuration(uptimeMs)}`]),
    `agent ${agentVersion}`,
    ...(stoppedAtMs === undefined ? [] : [`stopped ${formatDateTime(stoppedAtMs, reader)}`]),
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
  ]
}

function coverageWords({ snapshots, expected, percent }: Coverage, { locale }: Reader): string {
  if (expected === undefined) return `${formatNumber(snapshots, locale)} snapshots`
  return `${formatNumber(snapshots, locale)} of ${formatNumber(expected, locale)} snapshots, ${formatPercent(percent, locale)}`
}
