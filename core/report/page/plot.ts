/**
 * Lines over the report's time as SVG: gaps and alerts as shades, thresholds dashed, and a line that stops where nothing is
 * known. Colours are classes, so that one drawing serves light, dark and paper.
 */
import { type Html, html } from '../../view/html.ts'
import { light, type SeriesColour } from '../../view/theme.ts'
import { downsample, fewestPoints } from '../downsample.ts'
import type { ChartView, ViewTimes } from './chart-view.ts'

/** In the units of the drawing's box. */
export interface PlotArea {
  left: number
  top: number
  width: number
  height: number
}

export interface PlotOptions {
  view: ChartView
  times: ViewTimes
  area: PlotArea
  /** Value at the upper edge; 0 is at the lower. */
  top: number
  /** Points of a line at most; what a line was at its extremes and in its gaps stays. */
  pointsAtMost: number
}

/** What is shorter is seen nevertheless. */
const narrowest = 2

export function plot({ view, times, area, top, pointsAtMost }: PlotOptions): Html {
  const { fromS, toS, slots } = times
  const x = (atS: number) => tenth(area.left + ((clamp(atS, fromS, toS) - fromS) / (toS - fromS)) * area.width)
  const y = (value: number) => tenth(area.top + (1 - clamp(value, 0, top) / top) * area.height)
  const shades = view.spans.map(({ kind, fromS: from, toS: to }) => {
    const width = tenth(Math.max(narrowest, x(to) - x(from)))
    const strip =
      kind !== 'gap' && html`<rect class="strip ${kind}" x="${x(from)}" y="${area.top}" width="${width}" height="3"/>`
    return html`<rect class="${kind}" x="${x(from)}" y="${area.top}" width="${width}" height="${area.height}"/>${strip}`
  })
  const levels = view.levels
    .filter(({ value }) => value <= top)
    .map(
      ({ value, light: colour }) =>
        html`<path class="level s-${seriesOf(colour)}" d="M${area.left} ${y(value)}h${area.width}"/>`,
    )
  const lines = view.lines.map(({ points, light: colour }) => {
    const path = pathOf(points, { slots, x, y, pointsAtMost })
    return path !== '' && html`<path class="line s-${seriesOf(colour)}" d="${path}"/>`
  })
  return html`${shades}${levels}${lines}`
}

/** Which colour of the palette a line was given. */
export function seriesOf(colour: string): SeriesColour {
  const known = Object.entries(light.series).find(([, one]) => one === colour)
  return (known?.[0] as SeriesColour | undefined) ?? 'processes'
}

/** The CSS of all plots; colours come from `themeCss`. */
export const plotCss = [
  '.plotted{display:block;width:100%;height:auto}',
  '.plotted .line,.plotted .level{fill:none;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}',
  '.plotted .line{stroke-width:1.6}.plotted .level{stroke-width:1;stroke-dasharray:5 4}',
  '.plotted .grid{stroke:var(--grid);vector-effect:non-scaling-stroke}',
  '.plotted text{fill:var(--muted);font-size:12px}',
  '.plotted .gap{fill:var(--muted);opacity:.16}',
  '.plotted .warning{fill:var(--state-warning);opacity:.17}',
  '.plotted .critical{fill:var(--state-critical);opacity:.15}',
  '.plotted .strip{opacity:1}',
  ...Object.keys(light.series).map((name) => `.s-${name}{stroke:var(--series-${name})}`),
].join('\n')

interface Scales {
  slots: readonly number[]
  x(atS: number): number
  y(value: number): number
  pointsAtMost: number
}

function pathOf(points: readonly (number | null)[], { slots, x, y, pointsAtMost }: Scales): string {
  const kept = downsample(points, Math.max(fewestPoints, pointsAtMost))
  let path = ''
  let run = 0
  for (const index of kept) {
    const point = points[index] ?? null
    if (point === null) {
      path += dotAfter(run)
      run = 0
      continue
    }
    path += `${run === 0 ? 'M' : 'L'}${x(slots[index] ?? 0)} ${y(point)}`
    run += 1
  }
  return path + dotAfter(run)
}

/** A point by itself has no length: the round cap of a line to itself shows it. */
function dotAfter(run: number): string {
  return run === 1 ? 'h0' : ''
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
