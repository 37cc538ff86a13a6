/** The report's pictures. One that can't be drawn is told in the report, and fails nothing. */
import { ChartError, type ChartRenderer } from '../../adapters/charts/port.ts'
import type { Chart } from '../../core/report/chart.ts'
import {
  alertsChart,
  fleetChart,
  fleetLines,
  fleetPanel,
  fleetPicture,
  processPicture,
  systemPicture,
} from '../../core/report/charts.ts'
import type { Frame } from '../../core/report/line-chart.ts'
import type { ChartImage, PageCharts } from '../../core/report/page/chart-image.ts'
import { type ChartView, chartView } from '../../core/report/page/chart-view.ts'
import { hostCharts, inlineCharts } from '../../core/report/page/host-charts.ts'
import { pageNamesOf } from '../../core/report/page/host-pages.ts'
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
/** As wide as a mail shows them, or nearly: their letters can be read there. */
const large = { width: 640, height: 320, devicePixelRatio: 2 }
/** Of several panels. */
const tall = { ...large, height: 560 }
/** Of a page with more hosts than this the worst ones' charts are pictures, and the others' drawings in the page. */
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
  const { pictured, inlined } = hostsOnPage(report)
  const byHost = pictured.map((host) => [host.host, hostPlans(report, host)] as const)
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
    const pictures = { width, height, ...(bright ? { light: bright } : {}), ...(dim ? { dark: dim } : {}) }
    return { title, alt, pictures, ...(view ? { view } : {}) }
  }
  const images = async (plans: readonly Plan[]) => {
    const made: ChartImage[] = []
    for (const plan of plans) made.push(await image(plan))
    return made
  }
  const page = { overall: await images(overall), byHost: new Map<string, ChartImage[]>() }
  for (const [host, plans] of byHost) page.byHost.set(host, await images(plans))
  for (const host of inlined) page.byHost.set(host.host, inlineCharts(report, host))
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

/** Where hosts have pages of their own, none of them is on the report's. */
function hostsOnPage(report: Report): { pictured: HostReport[]; inlined: HostReport[] } {
  if (pageNamesOf(report).size > 0) return { pictured: [], inlined: [] }
  const pictured = report.hosts.slice(0, hostsDrawn).filter(({ metrics }) => metrics.length > 0)
  return { pictured, inlined: report.hosts.slice(hostsDrawn) }
}

function hostPlans(report: Report, host: HostReport): Plan[] {
  return hostCharts(report, host).map(({ make, ...chart }) => ({
    ...chart,
    ...small,
    make: (palette) => make({ palette, ...small }),
  }))
}

function overallPlans(report: Report): Plan[] {
  const plans: Plan[] = []
  if (report.hosts.length > 1) {
    for (const [what, measure] of [
      ['CPU', 'cpu'],
      ['Memory', 'memory'],
      ['Fullest disk', 'disk'],
    ] as const) {
      const title = fleetTitle(what, report)
      plans.push({
        title,
        alt: `${title}; the numbers stand in the table of hosts.`,
        ...small,
        make: (palette) => fleetChart(report, measure, { palette, ...small }),
        view: chartView((frame) => fleetPanel(report, measure, frame)),
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
