/**
 * Lines over time as Chart.js configurations: one panel, or several above each other over the same axis of time. Since
 * JSON has no functions, labels are made here. Gaps stay gaps.
 */
import { printable } from '../view/html.ts'
import type { Palette } from '../view/theme.ts'
import { axisLabels, type TimeAxis } from './axis.ts'
import type { Chart, Json } from './chart.ts'
import type { Report } from './report.ts'
import { thinLines } from './thin.ts'

export type Points = readonly (number | null)[]

export interface Line {
  label: string
  points: Points
  colour: string
  /** A threshold: dashed, thin. */
  dashed?: boolean
}

/** A time that is shaded. */
export interface Span {
  fromMs: number
  toMs: number
}

export interface Panel {
  lines: readonly Line[]
  unit: string
  max?: number
  /** Shaded up to `max`, under this name. */
  spans?: { label: string; colour: string; times: readonly Span[] }
  /** Height as a share of all panels' weights; absent: 1. */
  weight?: number
}

export interface Frame {
  palette: Palette
  width: number
  height: number
  devicePixelRatio: number
  /** Above the chart, where nothing around it says what it shows: title, and what period. */
  heading?: readonly [title: string, subtitle: string]
}

/** Of a title's letters, on average. */
const titleLetterPixels = 9
const fontPixels = 13
const longestLabel = 28
/** From here on two lines that cross often are easier to tell apart when they are thin. */
const manyPoints = 150

export function lineChart(report: TimeAxis, panels: readonly Panel[], frame: Frame): Chart {
  const datasets = panels.flatMap((panel, index) => [
    ...panel.lines.map((line) => dataset(line, scaleId(index))),
    ...shade(panel, report, scaleId(index)),
  ])
  const scales = panels.flatMap((panel, index) => [
    ...(index === 0 ? [] : [[`room${index}`, room]]),
    [scaleId(index), panelScale(frame, panel, panels.length)],
  ])
  const isEmpty = panels.every(({ lines }) =>
    lines.every(({ dashed, points }) => dashed || points.every((point) => point === null)),
  )
  const options = chartOptions(frame, {
    report,
    isEmpty,
    // A box without height is a stroke: solid or dashed as its line is.
    swatch: { boxWidth: 25, boxHeight: 0 },
    // Chart.js stacks scales from the bottom up.
    scales: { x: timeScale(frame), ...Object.fromEntries(scales.reverse()) },
  })
  const chart = framed({ type: 'line', data: { labels: axisLabels(report), datasets }, options }, frame)
  // More points than pixels only cost time.
  return thinLines(chart, Math.round(frame.width * frame.devicePixelRatio) * Math.max(1, datasets.length))
}

/** A strip along the top, and below it the shade: over all slots that a time touches, and so at least as wide as one. */
function shade({ spans, max }: Panel, { slots }: TimeAxis, yAxisID: string): { [key: string]: Json }[] {
  if (!spans || max === undefined) return []
  const isIn = slots.map((slot, index) => {
    const end = slots[index + 1] ?? Number.POSITIVE_INFINITY
    const before = slots[index - 1] ?? slot
    return spans.times.some(({ fromMs, toMs }) => fromMs < end && toMs >= before)
  })
  if (!isIn.includes(true)) return []
  // What begins in the last slot has no next one to reach to.
  if (isIn.length > 1 && isIn.at(-1) && !isIn.at(-2)) isIn[isIn.length - 2] = true
  return [
    {
      label: spans.label,
      yAxisID,
      data: isIn.map((one) => (one ? max : null)),
      borderColor: spans.colour,
      backgroundColor: `${spans.colour}1f`,
      borderWidth: 3,
      borderDash: [],
      pointRadius: 0,
      fill: 'origin',
      // Behind the lines.
      order: 1,
      clip: 4,
      spanGaps: false,
      tension: 0,
    },
  ]
}

/** Panels of the same things, one measure each: a thing has its colour in all of them, and is named once. */
export function sameLinesChart(report: TimeAxis, panels: readonly Panel[], frame: Frame): Chart {
  const chart = lineChart(report, panels, frame)
  const named = panels[0]?.lines.length ?? 0
  const { datasets, ...data } = chart.chart.data as { datasets: { [key: string]: Json }[]; labels: Json }
  const options = chart.chart.options as { plugins: { legend: { labels: { [key: string]: Json } } } }
  const { plugins } = options
  // Without functions a legend leaves nothing out. Its signs are drawn like each line's first point: that may be clear.
  const labels = {
    ...plugins.legend.labels,
    boxHeight: 8,
    usePointStyle: true,
    pointStyle: 'line',
    pointStyleWidth: 24,
  }
  return {
    ...chart,
    chart: {
      ...chart.chart,
      data: {
        ...data,
        datasets: datasets.map((one, index) => ({
          ...one,
          ...(index < named ? {} : { label: '' }),
          pointBorderColor: index < named ? (one.borderColor ?? '') : 'transparent',
          pointBorderWidth: 2,
        })),
      },
      options: { ...options, plugins: { ...plugins, legend: { ...plugins.legend, labels } } },
    },
  }
}

/** A scale of nothing, so that the top of one panel's labels doesn't touch the bottom of another's. */
const room: Json = {
  type: 'linear',
  position: 'left',
  stack: 'panels',
  stackWeight: 0.2,
  grid: { display: false },
  border: { display: false },
  ticks: { display: false },
}

function scaleId(panel: number): string {
  return panel === 0 ? 'y' : `y${panel + 1}`
}

function dataset({ label, points, colour, dashed }: Line, yAxisID: string): { [key: string]: Json } {
  return {
    label: shortened(label),
    yAxisID,
    data: points.map((point) => (point === null ? null : Math.round(point * 1000) / 1000)),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: dashed ? 1 : points.length > manyPoints ? 1.5 : 2,
    // A line at 0 or 100 % lies on the edge: half of it would be cut.
    clip: 4,
    borderDash: dashed ? [5, 4] : [],
    // A line needs two points; one by itself is shown as a dot.
    pointRadius: dashed
      ? 0
      : points.map((point, index) =>
          point !== null && (points[index - 1] ?? null) === null && (points[index + 1] ?? null) === null ? 2.5 : 0,
        ),
    spanGaps: false,
    tension: 0,
  }
}

function panelScale(frame: Frame, { unit, max, weight = 1 }: Panel, panels: number): Json {
  const scale = valueScale(frame, { unit, ...(max === undefined ? {} : { max }) })
  if (panels === 1) return scale
  // Among others there is less room, and the top is a mark all the same.
  const ticks = { ...(scale.ticks as object), ...(max === undefined ? {} : { stepSize: max / (weight > 1 ? 4 : 2) }) }
  return { ...scale, ticks, position: 'left', stack: 'panels', stackWeight: weight }
}

export function framed(chart: Chart['chart'], { palette, width, height, devicePixelRatio }: Frame): Chart {
  return { chart, width, height, devicePixelRatio, backgroundColor: palette.surface }
}

/** Which slots have a label is decided by `axisLabels`. */
export function timeScale({ palette }: Frame): { [key: string]: Json } {
  return {
    grid: { display: false },
    border: { color: palette.border },
    ticks: { color: palette.muted, font, maxRotation: 0, autoSkip: false },
  }
}

export function valueScale({ palette }: Frame, { unit, max }: { unit: string; max?: number }): { [key: string]: Json } {
  return {
    beginAtZero: true,
    ...(max === undefined ? { grace: '5%' } : { max }),
    grid: { color: palette.grid },
    border: { display: false },
    ticks: { color: palette.muted, font, maxTicksLimit: 6 },
    title: { display: true, text: unit, color: palette.muted, font },
  }
}

const font = { size: fontPixels }

export function chartOptions(
  { palette, heading, width }: Frame,
  {
    report: { locale = 'en-GB' },
    isEmpty,
    swatch,
    scales,
  }: {
    report: Pick<Report, 'locale'>
    isEmpty: boolean
    swatch: { [key: string]: Json }
    scales: { [key: string]: Json }
  },
): { [key: string]: Json } {
  const [title, subtitle] = heading ?? []
  const empty = isEmpty ? ['nothing in this period'] : []
  const below = [...(subtitle === undefined ? [] : [subtitle]), ...empty]
  return {
    // Of the numbers on its axes; without it they are as the machine has them that draws.
    locale,
    // A label may stand below the last point: half of it is to the right of that.
    layout: { padding: { top: 4, right: 22, bottom: 2, left: heading ? 8 : 2 } },
    plugins: {
      legend: {
        position: 'bottom',
        align: 'start',
        labels: { color: palette.text, font, padding: 12, ...swatch },
      },
      title: {
        display: title !== undefined,
        text: shortened(title ?? '', Math.floor(width / titleLetterPixels)),
        align: 'start',
        color: palette.text,
        font: { size: 16, weight: 'bold' },
        padding: { top: 4, bottom: 2 },
      },
      subtitle: {
        display: below.length > 0,
        text: below.join(' · '),
        align: heading ? 'start' : 'center',
        color: palette.muted,
        font,
        padding: { bottom: 16 },
      },
    },
    scales,
  }
}

function shortened(label: string, longest = longestLabel): string {
  const text = printable(label)
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
