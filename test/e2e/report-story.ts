/** A week of one host, a point an hour: waves, half a day without data, an alert, and names that would break a page. */
import { createEmbeddedRenderer } from '../../adapters/charts/embedded.ts'
import { metricById, seriesKey } from '../../core/metrics.ts'
import { hostPages, pageNamesOf } from '../../core/report/page/host-pages.ts'
import { reportPage } from '../../core/report/page.ts'
import type { HostReport, MetricReport, ProcessReport, Report } from '../../core/report/report.ts'
import { drawCharts } from '../../functions/report/draw.ts'
import { pageScript } from '../../functions/report/page-script.generated.ts'

const hourMs = 3_600_000
const fromMs = Date.UTC(2026, 2, 24, 23)
/** Over the night in which Berlin's clocks go forward. */
const slots = Array.from({ length: 168 }, (_, hour) => fromMs + hour * hourMs)
const gap = { from: 60, to: 72 }

export const hostileName = '</script><script>alert(1)</script>‮<b>'

export async function storyPage(): Promise<string> {
  const report = storyReport()
  const { page, problems } = await drawCharts({ report, charts: createEmbeddedRenderer() })
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return reportPage(report, page, { script: pageScript })
}

/** The same week of many hosts: every fifth has the alert, open at the end on every tenth; one has no data at all. */
export function fleetReport(names: readonly string[]): Report {
  const [{ alerts, ...host }, report] = [storyHost(), storyReport()]
  const hosts = names.map((name, index): HostReport => {
    const [open] = alerts.map(({ endedAtMs: _, ...alert }) => alert)
    const own = index % 10 === 0 && open ? [open] : index % 5 === 0 ? alerts : []
    if (index === 1) return { host: name, coverage: { snapshots: 0 }, metrics: [], processes: [], alerts: [], gaps: [] }
    return { ...host, host: name, alerts: own }
  })
  return { ...report, hosts, summary: `${hosts.length} hosts` }
}

/** Its files by name, as they are published. */
export async function fleetFiles(names: readonly string[]): Promise<Map<string, string>> {
  const report = fleetReport(names)
  const { page } = await drawCharts({ report, charts: createEmbeddedRenderer() })
  const overview = reportPage(report, page, { script: pageScript, names: pageNamesOf(report) })
  const hosts = [...hostPages(report, pageScript)].map(({ name, html }) => [name, html] as const)
  return new Map([['metrics_report.html', overview], ...hosts])
}

function storyReport(): Report {
  return {
    v: 1,
    generatedAtMs: fromMs + 168 * hourMs,
    timeZone: 'Europe/Berlin',
    period: { fromMs, toMs: fromMs + 168 * hourMs },
    resolution: '1h',
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    summary: 'web-1 had one alert, and sent nothing for 12 hours.',
    hosts: [storyHost()],
    slots,
    problems: [],
  }
}

function storyHost(): HostReport {
  return {
    host: 'web-1',
    coverage: { snapshots: 9_360, expected: 10_080, percent: 92.9 },
    metrics: [
      metric('cpu.percent', '', (hour) => 45 + 30 * Math.sin(hour / 3.8) + (hour % 24 === 20 ? 22 : 0)),
      metric('load1', '', (hour) => 2 + 1.5 * Math.sin(hour / 3.8)),
      metric('memory.percent', '', (hour) => 52 + hour / 9),
      metric('disk.percent', `/srv/${hostileName}`, (hour) => 61 + hour / 12),
      metric('net.received', 'eth0', (hour) => 3e6 + 2e6 * Math.sin(hour / 5)),
      metric('net.sent', 'eth0', (hour) => 1e6 + 5e5 * Math.cos(hour / 5)),
    ],
    processes: ['nginx', 'postgres', 'node', hostileName, 'backup', 'cron'].map(process),
    alerts: [
      {
        incident: 'abc123abc123',
        rule: 'cpu',
        entity: '',
        severity: 'critical',
        startedAtMs: fromMs + 100 * hourMs,
        endedAtMs: fromMs + 110 * hourMs,
        reason: '94.1 % > 80 %',
        topProcess: hostileName,
      },
    ],
    gaps: [
      {
        fromMs: fromMs + gap.from * hourMs,
        toMs: fromMs + gap.to * hourMs,
        snapshots: 720,
        reason: 'the spool was full',
      },
    ],
  }
}

function points(value: (hour: number) => number): (number | null)[] {
  return slots.map((_, hour) =>
    hour >= gap.from && hour < gap.to ? null : Number(Math.max(0, value(hour)).toPrecision(6)),
  )
}

function metric(id: string, entity: string, value: (hour: number) => number): MetricReport {
  if (!metricById(id)) throw new Error(`${id} is no metric`)
  const all = points(value)
  const known = all.flatMap((point) => point ?? [])
  return {
    series: seriesKey(id, entity),
    metric: id,
    entity,
    mean: known.reduce((sum, one) => sum + one, 0) / known.length,
    max: Math.max(...known),
    min: Math.min(...known),
    p95: known.toSorted((a, b) => a - b)[Math.floor(known.length * 0.95)] ?? 0,
    last: known.at(-1) ?? 0,
    points: all,
  }
}

function process(name: string, index: number): ProcessReport {
  return {
    name,
    cpuPercentMean: 40 - 5 * index,
    cpuPercentMax: 90,
    rssBytesMean: (6 - index) * 2e8,
    rssBytesMax: 2e9,
    threadsMax: 12,
    instancesMax: 1,
    seenPercent: 100,
    cpuPoints: points((hour) => 40 - 5 * index + 6 * Math.sin(hour / (2 + index))),
    rssPoints: points((hour) => (6 - index) * 2e8 + hour * 1e6),
  }
}
