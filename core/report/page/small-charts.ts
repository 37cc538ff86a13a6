/** Small multiples: all hosts side by side, each with its CPU, memory and fullest disk in one small drawing. */
import { formatPercent } from '../../view/format.ts'
import { type Html, html } from '../../view/html.ts'
import type { SeriesColour } from '../../view/theme.ts'
import { systemPanel } from '../charts.ts'
import { fullestDiskEver } from '../fullest-disk.ts'
import type { HostReport, Report } from '../report.ts'
import { chartView, spansOf, viewTimes } from './chart-view.ts'
import { hostLink, type PageNames } from './host-link.ts'
import { statePill } from './host-state.ts'
import { plot } from './plot.ts'

const width = 240
const height = 72
const area = { left: 0, top: 1, width, height: height - 2 }
/** Of all drawings together, so that a page of a thousand hosts is a page. */
const pointsInAll = 40_000
const pointsAtMost = 96
const pointsAtLeast = 12
const linesPerHost = 3
/** Of a host that goes up and down all the time. */
const spansShown = 40

export function smallCharts(report: Report, names: PageNames): Html {
  const { cpuPercent, memoryPercent, diskPercent } = report.thresholds
  return html`<section class="card" aria-labelledby="side-by-side">
<div><h2 id="side-by-side">Side by side</h2>
<p class="muted small">0 to 100 %, worst first. ${key('cpu', 'CPU')} (threshold ${cpuPercent} %), ${key('memory', 'memory')} (${memoryPercent} %), ${key('disk', 'the disk that was fullest')} (${diskPercent} %); thresholds are dashed, alerts shaded in their colour, and times without data in grey.</p></div>
<ul class="multiples">${report.hosts.map((host) => one(host, report, names))}</ul>
</section>`
}

function one(host: HostReport, report: Report, names: PageNames): Html {
  const view = chartView((frame) => systemPanel(report, host, frame), spansOf(host, report).slice(0, spansShown))
  const last = (series: string) => host.metrics.find((metric) => metric.series === series)?.last
  const values = [
    ['cpu', 'CPU', last('cpu.percent')],
    ['memory', 'memory', last('memory.percent')],
    ['disk', 'fullest disk', fullestDiskEver(host)?.last],
  ] as const
  const said = values.map(([, name, value]) => `${name} ${formatPercent(value, report.locale)}`).join(', ')
  const perLine = Math.round(pointsInAll / linesPerHost / report.hosts.length)
  return html`<li><p class="title">${hostLink(host.host, names)}${statePill(host, report, 'unless-well')}</p>
<svg class="plotted" viewBox="0 0 ${width} ${height}" role="img" aria-label="${host.host}: at the end ${said}"><path class="grid" d="M0 ${height - 0.5}H${width}M0 ${height / 2}H${width}"/>${plot(
    {
      view,
      times: viewTimes(report),
      area,
      top: 100,
      pointsAtMost: Math.min(pointsAtMost, Math.max(pointsAtLeast, perLine)),
    },
  )}</svg>
<p class="values">${values.map(([colour, , value]) => html`<span class="k-${colour}">${formatPercent(value, report.locale)}</span>`)}</p></li>`
}

function key(colour: SeriesColour, word: string): Html {
  return html`<span class="k-${colour}">${word}</span>`
}
