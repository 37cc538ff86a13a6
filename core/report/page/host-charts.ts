/** Which charts a host has on the page, and what each of them shows. */
import type { Chart } from '../chart.ts'
import {
  loadChart,
  loadPanel,
  networkChart,
  networkPanel,
  processCpuChart,
  processCpuPanel,
  processMemoryChart,
  processMemoryPanel,
  systemChart,
  systemPanel,
} from '../charts.ts'
import type { Frame, Panel } from '../line-chart.ts'
import type { HostReport, Report } from '../report.ts'
import type { ChartImage } from './chart-image.ts'
import { type ChartView, chartView, spansOf } from './chart-view.ts'
import { svgChart } from './svg-chart.ts'

/** Of a host among several. */
const first = [
  { title: 'CPU, memory and disk', make: systemChart, panel: systemPanel },
  { title: 'CPU by process', make: processCpuChart, panel: processCpuPanel },
] as const

/** Of a host that has a page of its own. */
const all = [
  ...first,
  { title: 'Network', make: networkChart, panel: networkPanel },
  { title: 'Memory by process', make: processMemoryChart, panel: processMemoryPanel },
  { title: 'Load', make: loadChart, panel: loadPanel },
] as const

export interface HostChart {
  title: string
  /** What a reader who can't see it is told. */
  alt: string
  view: ChartView
  /** For a renderer of pictures. */
  make(frame: Frame): Chart
}

export function hostCharts(report: Report, host: HostReport): HostChart[] {
  const spans = spansOf(host, report)
  return (report.hosts.length > 1 ? first : all).map(({ title, make, panel }) => ({
    title,
    alt: `${title} of ${host.host} over the period; the numbers stand in the table below.`,
    view: chartView((frame: Pick<Frame, 'palette'>): Panel => panel(report, host, frame), spans),
    make: (frame) => make(report, host, frame),
  }))
}

/** Without a renderer. */
export function inlineCharts(report: Report, host: HostReport): ChartImage[] {
  if (host.metrics.length === 0) return []
  return hostCharts(report, host).map(({ title, alt, view }) => ({
    title,
    alt,
    view,
    drawing: svgChart({ view, alt, report }),
  }))
}
