/** One chart: uPlot's canvas, a line that tells the values under the cursor, and buttons for lines and zoom. */
import uPlot from 'uplot'
import type { ChartView, ViewTimes } from '../../../core/report/page/chart-view.ts'
import { significant } from '../../../core/view/locale.ts'
import { axisTime, readTime } from './format-time.ts'
import { takeKeys, takeTouch } from './input.ts'
import { drawLevels, drawSpans } from './marks.ts'
import { openTools } from './tools.ts'

const heightPixels = 230
const dark = matchMedia('(prefers-color-scheme: dark)')

export function openChart({ figure, view, times }: { figure: HTMLElement; view: ChartView; times: ViewTimes }): void {
  const place = document.createElement('div')
  place.className = 'plot'
  const title = figure.querySelector('h3')?.textContent ?? ''
  place.tabIndex = 0
  place.role = 'group'
  place.ariaLabel = `${title}, chart. Arrow keys move along the time, plus and minus zoom, Escape shows all.`
  const tools = openTools(view, times, {
    toggle: (index, isShown) => plot.setSeries(index + 1, { show: isShown }),
    zoom: (factor) => zoom(plot, factor, times),
    reset: () => plot.setScale('x', range),
  })
  const range = { min: times.fromS, max: times.toS }
  // Shown before it is measured.
  figure.classList.add('live')
  figure.querySelector('.picture')?.after(place, tools.element)
  let plot = draw()
  takeKeys(place, { move: (steps) => move(plot, steps), zoom: tools.zoom, reset: tools.reset })
  takeTouch(place, (clientX) => {
    const { left } = plot.over.getBoundingClientRect()
    plot.setCursor({ left: clientX - left, top: 10 })
  })
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: heightPixels })).observe(place)
  dark.addEventListener('change', () => {
    plot.destroy()
    plot = draw()
  })

  function draw(): uPlot {
    const colour = (name: string) => getComputedStyle(figure).getPropertyValue(`--${name}`).trim()
    const mine = (line: { light: string; dark: string }) => (dark.matches ? line.dark : line.light)
    const axis = { stroke: colour('muted'), font: '12px system-ui, sans-serif', ticks: { show: false } }
    const data: uPlot.AlignedData = [times.slots, ...view.lines.map(({ points }) => points)]
    return new uPlot(
      {
        width: place.clientWidth,
        height: heightPixels,
        tzDate: (atS) => uPlot.tzDate(new Date(atS * 1000), times.timeZone),
        legend: { show: false },
        cursor: { sync: { key: 'report' }, drag: { x: true, y: false }, y: false, points: { size: 7 } },
        scales: {
          x: { range: (_, from, to) => shownRange(from, to, times) },
          y: { range: (_, __, largest) => [0, view.max ?? (1.08 * (largest ?? 0) || 1)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 30,
            space: 64,
            values: (self, splits) => splits.map((at) => axisTime(at, times, spanOf(self))),
          },
          {
            ...axis,
            grid: { stroke: colour('grid'), width: 1 },
            size: 46,
            label: view.unit,
            labelSize: 18,
            labelFont: axis.font,
            values: (_, splits) => splits.map((value) => significant(value, 6, times.locale)),
          },
        ],
        series: [
          {},
          ...view.lines.map((line, index) => ({
            label: line.label,
            stroke: mine(line),
            width: line.points.length > 150 ? 1.5 : 2,
            show: tools.isShown(index),
            spanGaps: false,
            points: { size: 5, fill: mine(line), filter: () => alone(line.points) },
          })),
        ],
        hooks: {
          drawClear: [(self) => drawSpans(self, view.spans, colour)],
          draw: [
            (self) =>
              drawLevels(
                self,
                view.levels.map((level) => ({ value: level.value, stroke: mine(level) })),
              ),
          ],
          setCursor: [(self) => tools.tell(self.cursor.idx ?? undefined, (at) => readTime(at, times), times.slots)],
          setScale: [(self, key) => key === 'x' && tools.zoomed(spanOf(self) < times.toS - times.fromS - 1)],
        },
      },
      data,
      place,
    )
  }
}

/** Of all slots: the whole period, which the last one reaches into. */
function shownRange(from: number | null, to: number | null, { fromS, toS, slots }: ViewTimes): [number, number] {
  if (from === null || to === null) return [fromS, toS]
  return from <= (slots[0] ?? fromS) && to >= (slots.at(-1) ?? toS) ? [fromS, toS] : [from, to]
}

function spanOf({ scales }: uPlot): number {
  return (scales.x?.max ?? 0) - (scales.x?.min ?? 0)
}

/** A line needs two points; one by itself is shown as a dot. */
function alone(points: readonly (number | null)[]): number[] {
  return points.flatMap((point, index) =>
    point !== null && (points[index - 1] ?? null) === null && (points[index + 1] ?? null) === null ? [index] : [],
  )
}

/** Around the cursor, or the middle. */
function zoom(plot: uPlot, factor: number, { fromS, toS, slots }: ViewTimes): void {
  const { min = fromS, max = toS } = plot.scales.x ?? {}
  const from = min ?? fromS
  const to = max ?? toS
  const at = slots[plot.cursor.idx ?? -1] ?? (from + to) / 2
  const centre = Math.min(to, Math.max(from, at))
  const next = {
    min: Math.max(fromS, centre - (centre - from) * factor),
    max: Math.min(toS, centre + (to - centre) * factor),
  }
  const shortestS = 2 * ((slots[1] ?? toS) - (slots[0] ?? fromS))
  if (next.max - next.min >= shortestS) plot.setScale('x', next)
}

function move(plot: uPlot, steps: number): void {
  const xs = plot.data[0]
  const index = Math.min(xs.length - 1, Math.max(0, (plot.cursor.idx ?? (steps > 0 ? -1 : xs.length)) + steps))
  const at = xs[index]
  if (at !== undefined) plot.setCursor({ left: plot.valToPos(at, 'x'), top: 10 })
}
