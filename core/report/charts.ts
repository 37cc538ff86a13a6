/**
 * What the report's charts show. Each is a Chart.js configuration in plain JSON: any QuickChart server draws it. The same
 * thing has the same colour in all of them.
 */
import { parseSeriesKey } from '../metrics.ts'
import type { Palette } from '../view/theme.ts'
import { partLabels, partsOf } from './axis.ts'
import type { Chart } from './chart.ts'
import { fullestDiskEver } from './fullest-disk.ts'
import { largestPoint } from './largest-point.ts'
import {
  chartOptions,
  type Frame,
  framed,
  type Line,
  lineChart,
  type Panel,
  type Points,
  sameLinesChart,
  timeScale,
  valueScale,
} from './line-chart.ts'
import type { HostReport, ProcessReport, Report } from './report.ts'

/** All that a line's look needs of a frame. */
type Colouring = Pick<Frame, 'palette'>

/** CPU, memory and the fullest disk against their thresholds. */
export function systemChart(report: Report, host: HostReport, frame: Frame): Chart {
  return lineChart(report, [systemPanel(report, host, frame)], frame)
}

/** All that a host does, on one picture. */
export function systemPicture(report: Report, host: HostReport, frame: Frame): Chart {
  const panels = [
    { ...systemPanel(report, host, frame), weight: 2 },
    { ...loadPanel(report, host, frame), unit: 'load' },
    networkPanel(report, host, frame),
  ]
  return lineChart(report, panels, frame)
}

export function systemPanel(report: Report, host: HostReport, { palette }: Colouring): Panel {
  const { cpuPercent, memoryPercent, diskPercent } = report.thresholds
  const flat = (value: number): Points => report.slots.map(() => value)
  const disk = fullestDiskEver(host)
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
  const times = host.alerts.map(({ startedAtMs, endedAtMs }) => ({
    fromMs: startedAtMs,
    toMs: endedAtMs ?? report.period.toMs,
  }))
  return { lines, unit: '%', max: 100, spans: { label: 'Alert', colour: palette.state.critical, times } }
}

export function loadChart(report: Report, host: HostReport, frame: Frame): Chart {
  return lineChart(report, [loadPanel(report, host, frame)], frame)
}

export function loadPanel(report: Report, host: HostReport, { palette }: Colouring): Panel {
  const points = pointsOf(host, 'load1', report)
  return { lines: [{ label: 'Load, 1 minute', points, colour: palette.series.load }], unit: 'processes' }
}

export function networkChart(report: Report, host: HostReport, frame: Frame): Chart {
  return lineChart(report, [networkPanel(report, host, frame)], frame)
}

export function networkPanel(report: Report, host: HostReport, { palette: { series } }: Colouring): Panel {
  const received = sumOf(host, 'net.received', report)
  const sent = sumOf(host, 'net.sent', report)
  const { unit, divisor } = byteScale([received, sent])
  const lines = [
    { label: 'Received', points: divided(received, divisor), colour: series.received },
    { label: 'Sent', points: divided(sent, divisor), colour: series.sent },
  ]
  return { lines, unit: `${unit}/s` }
}

const processesShown = 5

export function processCpuChart(report: Report, host: HostReport, frame: Frame): Chart {
  return lineChart(report, [processCpuPanel(report, host, frame)], frame)
}

export function processCpuPanel(_: Report, host: HostReport, frame: Colouring): Panel {
  return cpuPanel(busiest(host), processColours(host, frame))
}

export function processMemoryChart(report: Report, host: HostReport, frame: Frame): Chart {
  return lineChart(report, [processMemoryPanel(report, host, frame)], frame)
}

export function processMemoryPanel(_: Report, host: HostReport, frame: Colouring): Panel {
  return memoryPanel(largest(host), processColours(host, frame))
}

/** The busiest and the largest, CPU above memory. */
export function processPicture(report: Report, host: HostReport, frame: Frame): Chart {
  const shown = [...new Set([...busiest(host).slice(0, 4), ...largest(host).slice(0, 3)])]
  const colours = processColours(host, frame)
  const cpu = cpuPanel(shown, colours)
  const memory = memoryPanel(shown, colours)
  const panels = [
    { ...cpu, unit: `CPU, ${cpu.unit}` },
    { ...memory, unit: `memory, ${memory.unit}` },
  ]
  return sameLinesChart(report, panels, frame)
}

type Colours = ReadonlyMap<ProcessReport, string>

function busiest({ processes }: HostReport): ProcessReport[] {
  const weight = ({ cpuPercentMean, seenPercent }: ProcessReport) => cpuPercentMean * seenPercent
  return processes.toSorted((a, b) => weight(b) - weight(a)).slice(0, processesShown)
}

function largest({ processes }: HostReport): ProcessReport[] {
  return processes.toSorted((a, b) => b.rssBytesMean - a.rssBytesMean).slice(0, processesShown)
}

function processColours(host: HostReport, { palette }: Colouring): Colours {
  const colours = distinct(palette)
  const shown = [...new Set([...busiest(host), ...largest(host)])]
  return new Map(shown.map((one, index) => [one, colours[index] ?? palette.muted]))
}

function cpuPanel(processes: readonly ProcessReport[], colours: Colours): Panel {
  const lines = processes.map((one) => ({ label: one.name, points: one.cpuPoints, colour: colours.get(one) ?? '' }))
  return { lines, unit: '% of one core' }
}

function memoryPanel(processes: readonly ProcessReport[], colours: Colours): Panel {
  const { unit, divisor } = byteScale(processes.map(({ rssPoints }) => rssPoints))
  const lines = processes.map((one) => ({
    label: one.name,
    points: divided(one.rssPoints, divisor),
    colour: colours.get(one) ?? '',
  }))
  return { lines, unit }
}

/** More in one chart can't be told apart. */
export const fleetLines = 6

/** One metric of several hosts: who stands out. */
export function fleetChart(report: Report, measure: FleetMeasure, frame: Frame): Chart {
  return lineChart(report, [fleetPanel(report, measure, frame)], frame)
}

export type FleetMeasure = 'cpu' | 'memory' | 'disk'

export function fleetPanel(report: Report, measure: FleetMeasure, frame: Colouring): Panel {
  const lines = fleetLinesOf(report, frame, (host) =>
    measure === 'disk'
      ? (fullestDiskEver(host)?.points ?? report.slots.map(() => null))
      : pointsOf(host, `${measure}.percent`, report),
  )
  return { lines, unit: '%', max: 100 }
}

/** CPU, memory and the fullest disk of the worst hosts. */
export function fleetPicture(report: Report, frame: Frame): Chart {
  const panels = [
    { ...fleetPanel(report, 'cpu', frame), unit: 'CPU, %' },
    { ...fleetPanel(report, 'memory', frame), unit: 'memory, %' },
    { ...fleetPanel(report, 'disk', frame), unit: 'fullest disk, %' },
  ]
  return sameLinesChart(report, panels, frame)
}

function fleetLinesOf({ hosts }: Report, { palette }: Colouring, points: (host: HostReport) => Points): Line[] {
  const colours = distinct(palette)
  return hosts
    .slice(0, fleetLines)
    .map((host, index) => ({ label: host.host, points: points(host), colour: colours[index] ?? palette.muted }))
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
  const count = valueScale(frame, { unit: 'alerts' })
  const options = chartOptions(frame, {
    report,
    isEmpty: rules.length === 0,
    swatch: { boxWidth: 12, boxHeight: 12 },
    scales: {
      x: { ...timeScale(frame), stacked: true },
      y: { ...count, stacked: true, ticks: { ...(count.ticks as object), precision: 0 } },
    },
  })
  return framed({ type: 'bar', data: { labels: partLabels(report, parts), datasets }, options }, frame)
}

function pointsOf({ metrics }: HostReport, metric: string, { slots }: Report): Points {
  return metrics.find((one) => one.series === metric)?.points ?? slots.map(() => null)
}

function sumOf({ metrics }: HostReport, metric: string, { slots }: Report): Points {
  const several = metrics.filter((one) => parseSeriesKey(one.series).metricId === metric)
  return slots.map((_, index) => {
    let sum: number | null = null
    for (const { points } of several) {
      const point = points[index] ?? null
      if (point !== null) sum = (sum ?? 0) + point
    }
    return sum
  })
}

function divided(points: Points, divisor: number): Points {
  return points.map((point) => (point === null ? null : point / divisor))
}

export function byteScale(lines: readonly Points[]): { unit: string; divisor: number } {
  const largest = largestPoint(lines) ?? 0
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, largest)) / Math.log(1024))))
  return { unit: units[power] ?? 'B', divisor: 1024 ** power }
}

/** Colours for things that have none of their own; the first six are the easiest to tell apart. */
function distinct({ series }: Palette): string[] {
  const { cpu, written, disk, memory, load, iowait, swap, read, connections, processes } = series
  return [cpu, written, disk, memory, load, iowait, swap, read, connections, processes]
}
