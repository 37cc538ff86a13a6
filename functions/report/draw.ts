/** The report's pictures. One that can't be drawn is told in the report, and fails nothing. */
import { ChartError, type ChartRenderer } from '../../adapters/charts/port.ts'
import type { Chart } from '../../core/report/chart.ts'
import {
  alertsChart,
  fleetChart,
  fleetLines,
  fleetPanel,
  fleetPicture,
  loadChart,
  loadPanel,
  networkChart,
  networkPanel,
  processCpuChart,
  processCpuPanel,
  processMemoryChart,
  processMemoryPanel,
  processPicture,
  systemChart,
  systemPanel,
  systemPicture,
} from '../../core/report/charts.ts'
import type { Frame, Panel } from '../../core/report/line-chart.ts'
import type { ChartImage, PageCharts } from '../../core/report/page/chart-image.ts'
import { type ChartView, chartView, spansOf } from '../../core/report/page/chart-view.ts'
import type { HostReport, Report } from '../../core/report/report.ts'
import { reportPeriod } from '../../core/report/text.ts'
import { dark, light, type Palette } from '../../core/view/theme.ts'

export interface Drawn {
  page: PageCharts
  /** By file name. */
  files: Map<string, Uint8Array>
  problems: string[]
}

export type PictureName = 'system_metrics.png' | 'process_metrics.png' | 'alerts.png'

interface Plan {
  title: string
  alt: string
  width: number
  height: number
  make(palette: Palette): Chart
  /** What the page's script draws; absent: the picture is all. */
  view?: ChartView
}

/** Charts of a page are read on phones too: few pixels, large type. */
const small = { width: 480, height: 270, devicePixelRatio: 2 }
const large = { width: 1_000, height: 440, devicePixelRatio: 2 }
/** Of several panels. */
const tall = { ...large, height: 720 }
/** Pages of more hosts than this show the worst ones' charts, and everybody's numbers. */
const hostsDrawn = 6

export async function drawCharts({
  report,
  charts,
  onProgress,
}: {
  report: Report
  charts: ChartRenderer
  onProgress?: (done: number, all: number) => void
}): Promise<Drawn> {
  const problems: string[] = []
  const hosts = report.hosts.slice(0, hostsDrawn).filter(({ metrics }) => metrics.length > 0)
  const byHost = hosts.map((host) => [host.host, hostPlans(report, host)] as const)
  const overall = overallPlans(report)
  const files = Object.entries(filePlans(report))
  const all = 2 * (overall.length + byHost.reduce((sum, [, plans]) => sum + plans.length, 0)) + files.length
  let done = 0
  const draw = async (plan: Plan, palette: Palette): Promise<Uint8Array | undefined> => {
    try {
      return await charts.render(plan.make(palette))
    } catch (error) {
      if (!(error instanceof ChartError)) throw error
      problems.push(`The chart “${plan.title}” could not be drawn: ${error.message}`)
      return undefined
    } finally {
      onProgress?.(++done, all)
    }
  }
  const image = async (plan: Plan): Promise<ChartImage> => {
    const { title, alt, width, height, view } = plan
    const [bright, dim] = [await draw(plan, light), await draw(plan, dark)]
    const size = { width, height }
    const seen = view ? { view } : {}
    return { title, alt, ...size, ...seen, ...(bright ? { light: bright } : {}), ...(dim ? { dark: dim } : {}) }
  }
  const images = async (plans: readonly Plan[]) => {
    const made: ChartImage[] = []
    for (const plan of plans) made.push(await image(plan))
    return made
  }
  const page = { overall: await images(overall), byHost: new Map<string, ChartImage[]>() }
  for (const [host, plans] of byHost) page.byHost.set(host, await images(plans))
  const pngs = new Map<string, Uint8Array>()
  for (const [name, plan] of files) {
    const png = await draw(plan, light)
    if (png) pngs.set(name, png)
  }
  return { page, files: pngs, problems: [...new Set(problems)] }
}

/** One of the pictures that travel alone; rejects with a `ChartError`. Of a report without hosts each is empty. */
export async function drawPicture({
  report,
  charts,
  name,
}: {
  report: Report
  charts: ChartRenderer
  name: PictureName
}): Promise<Uint8Array> {
  return charts.render(filePlans(report)[name].make(light))
}

function hostPlans(report: Report, host: HostReport): Plan[] {
  const spans = spansOf(host, report)
  const plan = (
    title: string,
    make: (report: Report, host: HostReport, frame: Frame) => Chart,
    panel: (report: Report, host: HostReport, frame: Pick<Frame, 'palette'>) => Panel,
  ): Plan => ({
    title,
    alt: `${title} of ${host.host} over the period; the numbers stand in the table below.`,
    ...small,
    make: (palette) => make(report, host, { palette, ...small }),
    view: chartView((frame) => panel(report, host, frame), spans),
  })
  const first = [
    plan('CPU, memory and disk', systemChart, systemPanel),
    plan('CPU by process', processCpuChart, processCpuPanel),
  ]
  if (report.hosts.length > 1) return first
  return [
    ...first,
    plan('Network', networkChart, networkPanel),
    plan('Memory by process', processMemoryChart, processMemoryPanel),
    plan('Load', loadChart, loadPanel),
  ]
}

function overallPlans(report: Report): Plan[] {
  const plans: Plan[] = []
  if (report.hosts.length > 1) {
    for (const [title, metric] of [
      [fleetTitle('CPU', report), 'cpu.percent'],
      [fleetTitle('Memory', report), 'memory.percent'],
    ] as const) {
      plans.push({
        title,
        alt: `${title}; the numbers stand in the table of hosts.`,
        ...small,
        make: (palette) => fleetChart(report, metric, { palette, ...small }),
        view: chartView((frame) => fleetPanel(report, metric, frame)),
      })
    }
  }
  const { fromMs } = report.period
  if (report.hosts.some(({ alerts }) => alerts.some(({ startedAtMs }) => startedAtMs >= fromMs))) {
    plans.push(alertsPlan(report, small))
  }
  return plans
}

function fleetTitle(what: string, { hosts }: Report): string {
  return hosts.length > fleetLines ? `${what} of the worst ${fleetLines} of ${hosts.length} hosts` : `${what} by host`
}

const alertsTitle = 'Alerts that began'

function alertsPlan(report: Report, { heading, ...size }: Omit<Frame, 'palette'>): Plan {
  return {
    title: alertsTitle,
    alt: `${alertsTitle}, by rule; each stands in the table of alerts.`,
    ...size,
    make: (palette) => alertsChart(report, { palette, ...size, ...(heading ? { heading } : {}) }),
  }
}

/** The pictures of the Python module, by its names: of the one host, or of the fleet and its worst. They travel alone. */
function filePlans(report: Report): Record<PictureName, Plan> {
  const { hosts } = report
  const frame = (title: string, size = large) => ({
    ...size,
    heading: [title, reportPeriod(report)] as const,
  })
  const plan = (title: string, make: (frame: Frame) => Chart): Plan => ({
    title,
    alt: '',
    ...tall,
    make: (palette) => make({ palette, ...frame(title, tall) }),
  })
  const host = hosts[0] ?? nobody
  const who = hosts.length === 1 ? `${host.host}: ` : ''
  return {
    'system_metrics.png':
      hosts.length > 1
        ? plan(fleetTitle('CPU, memory and disk', report), (one) => fleetPicture(report, one))
        : plan(`${who}CPU, memory, disk, load and network`, (one) => systemPicture(report, host, one)),
    'process_metrics.png': plan(`${host.host === '' ? '' : `${host.host}: `}CPU and memory by process`, (one) =>
      processPicture(report, host, one),
    ),
    'alerts.png': alertsPlan(report, frame(`${who}${alertsTitle}`)),
  }
}

/** Of whom nothing is known: a picture says so by being empty. */
const nobody: HostReport = { host: '', coverage: { snapshots: 0 }, metrics: [], processes: [], alerts: [], gaps: [] }
