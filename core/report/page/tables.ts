/** A host's numbers, as tables. */
import { metricById, type Unit } from '../../metrics.ts'
import { absent, formatBytes, formatNumber, formatPercent, formatValue } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import { fixed, type Reader } from '../../view/locale.ts'
import { changeSubject, changeWords } from '../change-words.ts'
import type { ChangeReport, HostReport, MetricReport, ProcessReport, UnavailableReport } from '../report.ts'
import { lengthWords } from '../span.ts'
import { time } from './time.ts'

/** The charts' numbers for whoever can't see them, and exact for whoever can. */
export function metricTable(metrics: readonly MetricReport[], { locale }: Reader): Html {
  return html`<div><h3>Metrics</h3><div class="scroll" tabindex="0" role="region" aria-label="Metrics"><table>
<thead><tr><th scope="col">Metric</th><th scope="col" class="num">Mean</th><th scope="col" class="num wide">p95</th><th scope="col" class="num">Max</th><th scope="col" class="num wide">Last</th><th scope="col" class="num wide">Change</th></tr></thead>
<tbody>${metrics.map((one) => {
    const { title, unit } = metricById(one.metric) ?? { title: one.metric, unit: 'count' as const }
    const value = (number: number | undefined) => formatValue(number, unit, locale)
    return html`<tr><th scope="row">${title} ${one.entity !== '' && html`<span class="muted">${one.entity}</span>`}</th><td class="num">${value(one.mean)}</td><td class="num wide">${value(one.p95)}</td><td class="num">${value(one.max)}</td><td class="num wide">${value(one.last)}</td><td class="num wide">${meanChangeWords(one.change, unit, locale)}</td></tr>`
  })}</tbody>
</table></div><p class="muted small">Change: this period’s mean less that of the period before; pp: percentage points.</p></div>`
}

function meanChangeWords(change: number | undefined, unit: Unit, locale: string | undefined): string {
  if (change === undefined) return absent
  const size =
    unit === '%' ? `${fixed(Math.abs(change), 1, locale)}\u00a0pp` : formatValue(Math.abs(change), unit, locale)
  if (!/[1-9]/.test(unit === '%' ? Math.abs(change).toFixed(1) : formatValue(Math.abs(change), unit))) return '±0'
  return `${change < 0 ? '−' : '+'}${size}`
}

export function processTable(processes: readonly ProcessReport[], { locale }: Reader): Html {
  return html`<div><h3>Processes</h3><div class="scroll" tabindex="0" role="region" aria-label="Processes"><table>
<thead><tr><th scope="col">Name</th><th scope="col" class="num">CPU, mean</th><th scope="col" class="num wide">max</th><th scope="col" class="num">Memory, mean</th><th scope="col" class="num wide">max</th><th scope="col" class="num wide">Threads</th><th scope="col" class="num wide">Files</th><th scope="col" class="num wide">Seen</th></tr></thead>
<tbody>${shownProcesses(processes).map(
    (one) =>
      html`<tr><th scope="row">${one.name}${one.instancesMax > 1 && html` <span class="muted">× ${one.instancesMax}</span>`}</th><td class="num">${formatPercent(one.cpuPercentMean, locale)}</td><td class="num wide">${formatPercent(one.cpuPercentMax, locale)}</td><td class="num">${formatBytes(one.rssBytesMean, locale)}</td><td class="num wide">${formatBytes(one.rssBytesMax, locale)}</td><td class="num wide">${formatNumber(one.threadsMax || undefined, locale)}</td><td class="num wide">${formatNumber(one.openFilesMax, locale)}</td><td class="num wide">${formatPercent(one.seenPercent, locale)}</td></tr>`,
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

export function gapTable({ gaps }: HostReport, reader: Reader): Html {
  return html`<div><h3>Gaps</h3><div class="scroll" tabindex="0" role="region" aria-label="Gaps"><table class="alerts">
<thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Length</th><th scope="col" class="num">Missing</th><th scope="col">Why</th></tr></thead>
<tbody>${gaps.map(({ fromMs, toMs, snapshots, reason }) => html`<tr><td class="nowrap">${time(fromMs, reader)}</td><td class="nowrap wide">${time(toMs, reader)}</td><td>${lengthWords({ fromMs, toMs }, reader.timeZone)}</td><td class="num wide">${snapshots === undefined ? 'unknown' : formatNumber(snapshots, reader.locale)}</td><td class="why">${reason}</td></tr>`)}</tbody>
</table></div></div>`
}

export function changeTable(changes: readonly ChangeReport[], reader: Reader): Html {
  return html`<div><h3>What changed</h3><div class="scroll" tabindex="0" role="region" aria-label="What changed"><table class="alerts">
<thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Change</th></tr></thead>
<tbody>${changes.map((one) => html`<tr><td class="nowrap">${time(one.lastMs, reader)}</td><th scope="row">${changeSubject(one)}</th><td class="why">${changeWords(one, reader.locale)}</td></tr>`)}</tbody>
</table></div></div>`
}

export function unavailableTable(unavailable: readonly UnavailableReport[], reader: Reader): Html {
  return html`<div><h3>Not read</h3><div class="scroll" tabindex="0" role="region" aria-label="Not read"><table class="alerts">
<thead><tr><th scope="col">Value</th><th scope="col">Since</th><th scope="col" class="wide">Last</th><th scope="col" class="num">Snapshots</th><th scope="col">Why</th></tr></thead>
<tbody>${unavailable.map(({ subject, reason, firstMs, lastMs, percent }) => html`<tr><th scope="row">${subject}</th><td class="nowrap">${time(firstMs, reader)}</td><td class="nowrap wide">${time(lastMs, reader)}</td><td class="num">${formatPercent(percent, reader.locale)}</td><td class="why">${reason}</td></tr>`)}</tbody>
</table></div></div>`
}
