/** A chart with its axes as inline SVG: what pages have of which there are too many to draw pictures for. */
import { type Html, html } from '../../view/html.ts'
import { significant } from '../../view/locale.ts'
import { axisLabels } from '../axis.ts'
import { largestPoint } from '../largest-point.ts'
import type { Report } from '../report.ts'
import { type ChartView, viewTimes } from './chart-view.ts'
import { plot, seriesOf } from './plot.ts'

const width = 480
const height = 230
const area = { left: 44, top: 22, width: width - 44 - 14, height: height - 22 - 24 }
/** One a pixel is more than anybody sees. */
const pointsAtMost = 240

export function svgChart({ view, alt, report }: { view: ChartView; alt: string; report: Report }): Html {
  const times = viewTimes(report)
  const largest = largestPoint(view.lines.map(({ points }) => points))
  const { top, step } = scaleOf(
    view.max ?? (largest !== undefined && largest > 0 ? largest : 1),
    view.max !== undefined,
  )
  const y = (value: number) => round(area.top + (1 - value / top) * area.height)
  const x = (atS: number) => round(area.left + ((atS - times.fromS) / (times.toS - times.fromS)) * area.width)
  const marks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step)
  const labels = labelsOf(report)
  return html`<svg class="plotted" viewBox="0 0 ${width} ${height}" role="img" aria-label="${alt}">
<text x="2" y="12">${view.unit}</text>
${marks.map((value) => html`<path class="grid" d="M${area.left} ${y(value)}h${area.width}"/><text x="${area.left - 6}" y="${y(value) + 4}" text-anchor="end">${significant(value, 6, report.locale)}</text>`)}
${labels.map(({ label, atS }) => html`<text x="${x(atS)}" y="${height - 6}" text-anchor="middle">${label}</text>`)}
${largest === undefined && html`<text x="${width / 2}" y="${height / 2}" text-anchor="middle">nothing in this period</text>`}
${plot({ view, times, area, top, pointsAtMost })}
</svg>${legend(view)}`
}

interface TimeLabel {
  label: string
  atS: number
}

/** All charts of a report have the same, and to ask a time zone so often was half of what its pages cost. */
const labelsBySlots = new WeakMap<Report['slots'], TimeLabel[]>()

function labelsOf(report: Report): TimeLabel[] {
  const { slots, period } = report
  const labels =
    labelsBySlots.get(slots) ??
    axisLabels(report).flatMap((label, index) => {
      const atMs = slots[index] ?? period.fromMs
      return label === '' || atMs < period.fromMs ? [] : [{ label, atS: atMs / 1_000 }]
    })
  labelsBySlots.set(slots, labels)
  return labels
}

function legend({ lines, levels, unit }: ChartView): Html {
  return html`<ul class="legend">${lines.map(({ label, light }) => html`<li>${key(light, 'line')}${label}</li>`)}${levels.map(({ label, light }) => html`<li>${key(light, 'level')}${label} ${unit}</li>`)}</ul>`
}

function key(colour: string, kind: 'line' | 'level'): Html {
  return html`<svg class="plotted key" viewBox="0 0 24 4" aria-hidden="true"><path class="${kind} s-${seriesOf(colour)}" d="M1 2h22"/></svg>`
}

const marksAtMost = 5

/** From 0 to a round number, in steps of 1, 2 or 5 times a power of ten. */
function scaleOf(most: number, isTop: boolean): { top: number; step: number } {
  const least = most / marksAtMost
  const power = 10 ** Math.floor(Math.log10(least))
  const step = ([1, 2, 5, 10].find((one) => one * power >= least) ?? 10) * power
  return { top: isTop ? most : Math.ceil(most / step) * step, step }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
