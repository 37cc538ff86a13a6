/**
 * The report's charts as Chart.js configurations in plain JSON: any QuickChart server draws them. Since JSON has no
 * functions, labels and units are made here. Gaps stay gaps.
 */
import { parseSeriesKey } from '../metrics.ts'
import { printable } from '../view/html.ts'
import type { Palette } from '../view/theme.ts'
import { axisLabels, partsOf, slotLabel } from './axis.ts'
import type { Chart, Json } from './chart.ts'
import type { HostReport, MetricReport, Report } from './report.ts'

type Points = readonly (number | null)[]

interface Line {
  label: string
  points: Points
  colour: string
  /** A threshold: dashed, thin. */
  dashed?: boolean
  axis?: 'y' | 'right'
}

export interface Frame {
  palette: Palette
  width: number
  height: number
  devicePixelRatio: number
  /** Above the chart, where nothing around it says what it shows: title, and what period. */
  heading?: readonly [title: string, subtitle: string]
}

const longestTitle = 80
const fontPixels = 13
const longestLabel = 28

/** CPU, memory and the fullest disk against their thresholds. */
export function systemChart(report: Report, host: HostReport, frame: Frame): Chart {
  const { palette } = frame
  const { cpuPercent, memoryPercent, diskPercent } = report.thresholds
  const flat = (value: number): Points => report.slots.map(() => value)
  const disk = fullestDisk(host)
  const lines: Line[] = [
    { label: 'CPU', points: pointsOf(host, 'cpu.percent', report), colour: palette.series.cpu },
    { label: 'Memory', points: pointsOf(host, 'memory.percent', report), colour: palette.series.memory },
    ...(disk ? [{ label: `Disk ${disk.entity}`, points: disk.points, colour: palette.series.disk }] : []),
    { label: `CPU > ${cpuPercent}`, points: flat(cpuPercent), colour: palette.series.cpu, dashed: true },
    { label: `Memory > ${memoryPercent}`, points: flat(memoryPercent), colour: palette.series.memory, dashed: true },
    ...(disk
      ? [{ label: `Disk > ${diskPercent}`, points: flat(diskPercent), colour: palette.series.disk, dashed: true }]
      : []),
  ]
  return lineChart(report, lines, frame, { unit: '%', max: 100 })
}

export function loadChart(report: Report, host: HostReport, frame: Frame): Chart {
  const lines = [
    { label: 'Load, 1 minute', points: pointsOf(host, 'load1', report), colour: frame.palette.series.load },
  ]
  return lineChart(report, lines, frame, { unit: 'processes' })
}

export function networkChart(report: Report, host: HostReport, frame: Frame): Chart {
  const { series } = frame.palette
  const received = sumOf(host, 'net.received', report)
  const sent = sumOf(host, 'net.sent', report)
  const { unit, divisor } = byteScale([...received, ...sent])
  const scaled = (points: Points) => points.map((point) => (point === null ? null : point / divisor))
  const lines = [
    { label: 'Received', points: scaled(received), colour: series.received },
    { label: 'Sent', points: scaled(sent), colour: series.sent },
  ]
  return lineChart(report, lines, frame, { unit: `${unit}/s` })
}

const processesShown = 5

export function processCpuChart(report: Report, host: HostReport, frame: Frame): Chart {
  const top = host.processes
    .toSorted((a, b) => b.cpuPercentMean * b.seenPercent - a.cpuPercentMean * a.seenPercent)
    .slice(0, processesShown)
  const colours = distinct(frame.palette)
  const lines = top.map(({ name, cpuPoints }, index) => ({
    label: name,
    points: cpuPoints,
    colour: colours[index] ?? frame.palette.muted,
  }))
  return lineChart(report, lines, frame, { unit: '% of one core' })
}

export function processMemoryChart(report: Report, host: HostReport, frame: Frame): Chart {
  const top = host.processes.toSorted((a, b) => b.rssBytesMean - a.rssBytesMean).slice(0, processesShown)
  const { unit, divisor } = byteScale(top.flatMap(({ rssPoints }) => rssPoints))
  const colours = distinct(frame.palette)
  const lines = top.map(({ name, rssPoints }, index) => ({
    label: name,
    points: rssPoints.map((point) => (point === null ? null : point / divisor)),
    colour: colours[index] ?? frame.palette.muted,
  }))
  return lineChart(report, lines, frame, { unit })
}

/** More in one chart can't be told apart. */
export const fleetLines = 6

/** One metric of several hosts: who stands out. */
export function fleetChart(report: Report, metric: string, frame: Frame): Chart {
  const colours = distinct(frame.palette)
  const lines = report.hosts.slice(0, fleetLines).map((host, index) => ({
    label: host.host,
    points: pointsOf(host, metric, report),
    colour: colours[index] ?? frame.palette.muted,
  }))
  return lineChart(report, lines, frame, { unit: '%', max: 100 })
}

/** How many alerts began in each part of the period, by rule. */
export function alertsChart(report: Report, frame: Frame): Chart {
  const { palette } = frame
  const parts = partsOf(report)
  const { fromMs } = report.period
  const alerts = report.hosts.flatMap((host) => host.alerts).filter(({ startedAtMs }) => startedAtMs >= fromMs)
  const rules = [...new Set(alerts.map(({ rule }) => rule))].sort()
  const colourOf: Readonly<Record<string, string>> = {
    cpu: palette.series.cpu,
    memory: palette.series.memory,
    disk: palette.series.disk,
    'host-down': palette.state.critical,
  }
  const datasets = rules.map((rule) => ({
    label: rule,
    data: parts.map(
      ({ fromMs, toMs }) =>
        alerts.filter((one) => one.rule === rule && one.startedAtMs >= fromMs && one.startedAtMs < toMs).length,
    ),
    backgroundColor: colourOf[rule] ?? palette.muted,
    borderRadius: 3,
    maxBarThickness: 28,
  }))
  const options = optionsOf(frame, { unit: 'alerts', stacked: true, whole: true, isEmpty: rules.length === 0 })
  const labels = parts.map(({ fromMs }) => slotLabel(fromMs, report))
  return framed({ type: 'bar', data: { labels, datasets }, options }, frame)
}

function lineChart(report: Report, lines: readonly Line[], frame: Frame, axis: { unit: string; max?: number }): Chart {
  const datasets = lines.map(({ label, points, colour, dashed }) => ({
    label: shortened(label),
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
  }))
  const isEmpty = lines.every(({ dashed, points }) => dashed || points.every((point) => point === null))
  const labels = axisLabels(report)
  return framed(
    { type: 'line', data: { labels, datasets }, options: optionsOf(frame, { ...axis, isEmpty, skipLabels: false }) },
    frame,
  )
}

/** From here on two lines that cross often are easier to tell apart when they are thin. */
const manyPoints = 150

function framed(chart: Chart['chart'], { palette, width, height, devicePixelRatio }: Frame): Chart {
  return { chart, width, height, devicePixelRatio, backgroundColor: palette.surface }
}

function optionsOf(
  { palette, heading }: Frame,
  {
    unit,
    max,
    stacked = false,
    whole = false,
    isEmpty,
    skipLabels = true,
  }: { unit: string; max?: number; stacked?: boolean; whole?: boolean; isEmpty: boolean; skipLabels?: boolean },
): Json {
  const font = { size: fontPixels }
  // A box without height is a stroke: solid or dashed as its line is.
  const swatch = stacked ? { boxWidth: 12, boxHeight: 12 } : { boxWidth: 25, boxHeight: 0 }
  const legend = {
    position: 'bottom',
    align: 'start',
    labels: { color: palette.text, font, padding: 12, ...swatch },
  }
  const [title, subtitle] = heading ?? []
  const empty = isEmpty ? ['nothing in this period'] : []
  const below = [...(subtitle === undefined ? [] : [subtitle]), ...empty]
  return {
    layout: { padding: { top: 4, right: 14, bottom: 2, left: heading ? 8 : 2 } },
    plugins: {
      legend,
      title: {
        display: title !== undefined,
        text: shortened(title ?? '', longestTitle),
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
    scales: {
      x: {
        stacked,
        grid: { display: false },
        border: { color: palette.border },
        ticks: { color: palette.muted, font, maxRotation: 0, autoSkip: skipLabels, autoSkipPadding: 18 },
      },
      y: {
        stacked,
        beginAtZero: true,
        ...(max === undefined ? { grace: '5%' } : { max }),
        grid: { color: palette.grid },
        border: { display: false },
        ticks: { color: palette.muted, font, maxTicksLimit: 6, ...(whole ? { precision: 0 } : {}) },
        title: { display: true, text: unit, color: palette.muted, font },
      },
    },
  }
}

export function fullestDisk({ metrics }: HostReport): MetricReport | undefined {
  return metrics.filter(({ metric }) => metric === 'disk.percent').toSorted((a, b) => b.last - a.last)[0]
}

function pointsOf({ metrics }: HostReport, metric: string, { slots }: Report): Points {
  return metrics.find((one) => one.series === metric)?.points ?? slots.map(() => null)
}

function sumOf({ metrics }: HostReport, metric: string, { slots }: Report): Points {
  const several = metrics.filter((one) => parseSeriesKey(one.series).metricId === metric)
  return slots.map((_, index) => {
    const known = several.flatMap(({ points }) => points[index] ?? [])
    return known.length === 0 ? null : known.reduce((sum, point) => sum + point, 0)
  })
}

function byteScale(points: Points): { unit: string; divisor: number } {
  const largest = Math.max(0, ...points.flatMap((point) => point ?? []))
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, largest)) / Math.log(1024))))
  return { unit: units[power] ?? 'B', divisor: 1024 ** power }
}

/** Colours for things that have none of their own. */
function distinct({ series }: Palette): string[] {
  return [series.cpu, series.written, series.disk, series.memory, series.load, series.iowait]
}

function shortened(label: string, longest = longestLabel): string {
  const text = printable(label)
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
