/** A chart on the page: a picture for everybody, its data for the script, and its numbers for those who can't see it. */
import { absent, formatNumber } from '../../view/format.ts'
import { type Html, html, raw } from '../../view/html.ts'
import type { Points } from '../line-chart.ts'
import type { Report } from '../report.ts'
import type { ChartImage } from './chart-image.ts'
import { type ChartView, scriptJson } from './chart-view.ts'
import { time } from './time.ts'

export function chartGrid(charts: readonly ChartImage[], report: Report): Html | false {
  const drawn = charts.filter(({ drawing, pictures }) => drawing ?? pictures?.light)
  return drawn.length > 0 && html`<div class="charts">${drawn.map((chart) => figure(chart, report))}</div>`
}

function figure({ title, alt, drawing, pictures, view }: ChartImage, report: Report): Html {
  return html`<figure><figcaption><h3>${title}</h3></figcaption><div class="picture">
${drawing ?? (pictures && images(pictures, alt))}
</div>${view && html`<script type="application/json">${raw(scriptJson(view))}</script>${numbers(title, view, report)}`}</figure>`
}

function images({ light, dark, width, height }: NonNullable<ChartImage['pictures']>, alt: string): Html {
  return html`${light && html`<img class="bright" src="${dataUrl(light)}" alt="${alt}" width="${width}" height="${height}">`}
${dark && html`<img class="dim" src="${dataUrl(dark)}" alt="${alt}" width="${width}" height="${height}">`}`
}

function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/** What a reader listens to; the rest is in report.json. */
const rowsAtMost = 24
const hourMs = 3_600_000
/** Hours that a row tells of: not 31 of them. */
const rowHours = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336, 744]

function slotsPerRow(slots: Report['slots']): number {
  const least = Math.max(1, Math.ceil(slots.length / rowsAtMost))
  const perHour = hourMs / ((slots[1] ?? 0) - (slots[0] ?? 0))
  const hours = rowHours.find((one) => Number.isInteger(one * perHour) && one * perHour >= least)
  return least === 1 || hours === undefined ? least : hours * perHour
}

function numbers(title: string, { lines, unit }: ChartView, report: Report): Html {
  const { slots, locale } = report
  const perRow = slotsPerRow(slots)
  return html`<details class="numbers"><summary>Numbers of this chart</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers: ${title}"><table>
<thead><tr><th scope="col">From</th>${lines.map(({ label }) => html`<th scope="col" class="num">${label}</th>`)}</tr></thead>
<tbody>${rowHeads(report, perRow).map(
    ({ first, from }) =>
      html`<tr><th scope="row" class="nowrap">${from}</th>${lines.map(({ points }) => html`<td class="num">${meanOf(points, { from: first, to: first + perRow, locale })}</td>`)}</tr>`,
  )}</tbody>
</table></div><p class="muted small">Means, ${unit}, each from its time to the next; ${absent} is no data.</p></details>`
}

interface RowHead {
  /** Its first slot. */
  first: number
  from: Html
}

/** All charts of a report have the same, and to ask a time zone for each was a tenth of what its pages cost. */
const headsBySlots = new WeakMap<Report['slots'], RowHead[]>()

function rowHeads(report: Report, perRow: number): RowHead[] {
  const { slots } = report
  const heads =
    headsBySlots.get(slots) ??
    Array.from({ length: Math.ceil(slots.length / perRow) }, (_, row) => ({
      first: row * perRow,
      from: time(slots[row * perRow] ?? 0, report),
    }))
  headsBySlots.set(slots, heads)
  return heads
}

function meanOf(
  points: Points,
  { from, to, locale }: { from: number; to: number; locale: string | undefined },
): string {
  let sum = 0
  let count = 0
  for (let index = from; index < to; index++) {
    const point = points[index] ?? null
    if (point === null) continue
    sum += point
    count += 1
  }
  return count === 0 ? absent : formatNumber(sum / count, locale)
}
