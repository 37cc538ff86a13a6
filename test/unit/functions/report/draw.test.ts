import { expect, it } from 'vitest'
import { ChartError, type ChartRenderer } from '../../../../adapters/charts/port.ts'
import type { Chart } from '../../../../core/report/chart.ts'
import type { AlertReport, HostReport, Report } from '../../../../core/report/report.ts'
import { drawCharts } from '../../../../functions/report/draw.ts'
import { minuteMs, startMs } from '../../../make.ts'

const hourMs = 60 * minuteMs

function host(name: string, alerts: AlertReport[] = []): HostReport {
  const cpu = {
    series: 'cpu.percent',
    metric: 'cpu.percent',
    entity: '',
    mean: 5,
    max: 5,
    min: 5,
    p95: 5,
    last: 5,
    points: [5, null],
  }
  return { host: name, coverage: { snapshots: 1 }, metrics: [cpu], processes: [], alerts, gaps: [] }
}

function alertBegun(startedAtMs: number): AlertReport {
  return { incident: 'abc123abc123', rule: 'cpu', entity: '', severity: 'warning', startedAtMs, reason: 'CPU' }
}

function reportOf(hosts: HostReport[]): Report {
  return {
    v: 1,
    generatedAtMs: startMs + 2 * hourMs,
    timeZone: 'Europe/Berlin',
    period: { fromMs: startMs, toMs: startMs + 2 * hourMs },
    resolution: '1h',
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    summary: '',
    hosts,
    slots: [startMs, startMs + hourMs],
    problems: [],
  }
}

/** Draws nothing; a file's bytes are its configuration. */
const recording: ChartRenderer = {
  name: 'recording',
  render: async (chart) => Buffer.from(JSON.stringify(chart)),
}

async function headings(report: Report): Promise<Record<string, string[]>> {
  const { files } = await drawCharts({ report, charts: recording })
  const headingOf = (body: Uint8Array) => {
    const { chart } = JSON.parse(Buffer.from(body).toString()) as Chart
    const { title, subtitle } = (chart.options as { plugins: Record<'title' | 'subtitle', { text: string }> }).plugins
    return [title.text, subtitle.text]
  }
  return Object.fromEntries([...files].map(([name, body]) => [name, headingOf(body)]))
}

const period = '2026-03-01 13:00 to 2026-03-01 15:00, Europe/Berlin'

it('says on each picture of one host what it shows, of whom and of when', async () => {
  expect(await headings(reportOf([host('web-1')]))).toEqual({
    'system_metrics.png': ['web-1: CPU, memory, disk, load and network', period],
    'process_metrics.png': ['web-1: CPU and memory by process', `${period} · nothing in this period`],
    'alerts.png': ['web-1: Alerts that began', `${period} · nothing in this period`],
  })
})

it('says on pictures of many hosts which of them are shown', async () => {
  const hosts = Array.from({ length: 7 }, (_, index) => host(`web-${index}`))
  expect(await headings(reportOf(hosts))).toMatchObject({
    'system_metrics.png': ['CPU, memory and disk of the worst 6 of 7 hosts', period],
    'process_metrics.png': [expect.stringMatching(/^web-0: /), expect.any(String)],
  })
})

it('cuts a name that would not fit, and shows control characters as such', async () => {
  const { 'system_metrics.png': [title = ''] = [] } = await headings(reportOf([host(`\u001b[31m${'x'.repeat(253)}`)]))
  expect(title).toMatch(/^\ufffd\[31mx+…$/)
  expect(title).toHaveLength(71)
})

it.each<[what: string, startedAtMs: number, titles: string[]]>([
  ['has a chart of alerts where one began in the period', startMs + minuteMs, ['Alerts that began']],
  ['has none where all began before', startMs - minuteMs, []],
])('%s', async (_, startedAtMs, titles) => {
  const report = reportOf([host('web-1', [alertBegun(startedAtMs)])])
  const { page } = await drawCharts({ report, charts: recording })
  expect(page.overall.map(({ title }) => title)).toEqual(titles)
})

it('tells each chart that fails once, and goes on with the others', async () => {
  const charts: ChartRenderer = {
    name: 'half broken',
    render: async (chart) => {
      if (JSON.stringify(chart).includes('processes')) throw new ChartError('no ink')
      return Uint8Array.of(1)
    },
  }
  const progress: number[] = []
  const { page, problems } = await drawCharts({
    report: reportOf([host('web-1')]),
    charts,
    onProgress: (done, all) => progress.push(done / all),
  })
  expect(problems).toEqual(['The chart “Load” could not be drawn: no ink'])
  expect(page.byHost.get('web-1')?.filter(({ pictures }) => pictures?.light && pictures.dark)).toHaveLength(4)
  expect(progress.at(-1)).toBe(1)
})

it('hides no mistake of ours behind a chart that is missing', async () => {
  const charts: ChartRenderer = {
    name: 'wrong',
    render: async () => {
      throw new TypeError('a bug')
    },
  }
  await expect(drawCharts({ report: reportOf([host('web-1')]), charts })).rejects.toThrow(TypeError)
})
