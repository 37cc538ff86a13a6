import { createCanvas, loadImage } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import { createEmbeddedRenderer } from '../../../../adapters/charts/embedded.ts'
import type { Chart } from '../../../../core/report/chart.ts'
import {
  fleetPicture,
  processCpuChart,
  processMemoryChart,
  processPicture,
  systemChart,
} from '../../../../core/report/charts.ts'
import type { HostReport, ProcessReport, Report } from '../../../../core/report/report.ts'
import { dark, light } from '../../../../core/view/theme.ts'
import { minuteMs, startMs } from '../../../make.ts'

const slots = Array.from({ length: 12 }, (_, index) => startMs + index * 5 * minuteMs)
const frame = { palette: light, width: 600, height: 400, devicePixelRatio: 1 }

function process(name: string, cpuPercent: number, rssBytes: number): ProcessReport {
  return {
    name,
    cpuPercentMean: cpuPercent,
    cpuPercentMax: cpuPercent,
    rssBytesMean: rssBytes,
    rssBytesMax: rssBytes,
    threadsMax: 1,
    instancesMax: 1,
    seenPercent: 100,
    cpuPoints: slots.map(() => cpuPercent),
    rssPoints: slots.map(() => rssBytes),
  }
}

function host(name: string, processes: ProcessReport[]): HostReport {
  const metric = (series: string, entity: string, value: number) => {
    const points = slots.map(() => value)
    return {
      series,
      metric: series.split('|')[0] ?? '',
      entity,
      mean: value,
      max: value,
      min: value,
      p95: value,
      last: value,
      points,
    }
  }
  const metrics = [metric('cpu.percent', '', 20), metric('memory.percent', '', 40), metric('disk.percent|/', '/', 60)]
  return { host: name, coverage: { snapshots: 60 }, metrics, processes, alerts: [], gaps: [] }
}

function reportOf(hosts: HostReport[]): Report {
  return {
    v: 1,
    generatedAtMs: startMs + 60 * minuteMs,
    timeZone: 'UTC',
    period: { fromMs: startMs, toMs: startMs + 60 * minuteMs },
    resolution: '5m',
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    summary: '',
    hosts,
    slots,
    problems: [],
  }
}

interface Dataset {
  label: string
  yAxisID: string
  borderColor: string
  data: (number | null)[]
}

function datasetsOf({ chart }: Chart): Dataset[] {
  return (chart.data as unknown as { datasets: Dataset[] }).datasets
}

const busy = process('busy', 300, 1e9)
const large = process('large', 1, 9e9)
const one = host('web-1', [large, busy, process('small', 2, 1e6)])

describe('the pictures of a report', () => {
  it('give a process the same colour in every chart, whatever its rank there', () => {
    const report = reportOf([one])
    const colours = [processCpuChart, processMemoryChart, processPicture].map(
      (make) => datasetsOf(make(report, one, frame)).find(({ label }) => label === 'large')?.borderColor,
    )
    expect(new Set(colours).size).toBe(1)
    expect(colours[0]).toMatch(/^#/)
  })

  it('show CPU above memory, of the busiest and the largest, each named once', () => {
    const datasets = datasetsOf(processPicture(reportOf([one]), one, frame))
    expect(datasets.map(({ label, yAxisID }) => [yAxisID, label])).toEqual([
      ['y', 'busy'],
      ['y', 'small'],
      ['y', 'large'],
      ['y2', ''],
      ['y2', ''],
      ['y2', ''],
    ])
    expect(datasets.slice(0, 3).map(({ borderColor }) => borderColor)).toEqual(
      datasets.slice(3).map(({ borderColor }) => borderColor),
    )
  })

  it('show a host of a fleet in one colour in each panel', () => {
    const datasets = datasetsOf(fleetPicture(reportOf([host('web-1', []), host('web-2', [])]), frame))
    expect(datasets.map(({ yAxisID }) => yAxisID)).toEqual(['y', 'y', 'y2', 'y2', 'y3', 'y3'])
    expect(new Set(datasets.filter((_, index) => index % 2 === 0).map(({ borderColor }) => borderColor)).size).toBe(1)
  })

  it.each([
    ['that lasts', 12, 27, [2, 3, 4, 5, 6]],
    ['of a moment', 12, 12, [2, 3]],
    ['that is open since the last slot', 58, undefined, [10, 11]],
    ['that began before the period', -600, 4, [0, 1]],
  ])('shade the time of an alert %s, as wide as a slot at least', (_, from, to, shaded) => {
    const alert = {
      incident: 'i',
      rule: 'cpu',
      entity: '',
      severity: 'warning' as const,
      startedAtMs: startMs + from * minuteMs,
      ...(to === undefined ? {} : { endedAtMs: startMs + to * minuteMs }),
      reason: 'above 80',
    }
    const datasets = datasetsOf(systemChart(reportOf([one]), { ...one, alerts: [alert] }, frame))
    const spans = datasets.filter(({ label }) => label === 'Alert').map(({ data }) => data)
    expect(spans.map((data) => [...data.keys()].filter((slot) => data[slot] === 100))).toEqual([shaded])
  })

  it('shade nothing where there was no alert', () => {
    const labels = datasetsOf(systemChart(reportOf([one]), one, frame)).map(({ label }) => label)
    expect(labels).not.toContain('Alert')
  })

  it('have no more points than pixels, and all labels', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => startMs + index * minuteMs)
    const points = many.map((_, index) => 50 + 40 * Math.sin(index / 50))
    const metrics = one.metrics.map((metric) => ({ ...metric, points }))
    const chart = systemChart({ ...reportOf([one]), slots: many }, { ...one, metrics }, frame)
    const lengths = datasetsOf(chart).map(({ data }) => data.length)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(frame.width * lengths.length)
    expect((chart.chart.data as { labels: unknown[] }).labels).toHaveLength(many.length)
  })

  it.each([
    ['light', light],
    ['dark', dark],
  ] as const)(
    'draw each panel at its height and a sign in the legend for each line, once, in %s',
    async (_, palette) => {
      const report = reportOf([one])
      const png = await createEmbeddedRenderer().render(processPicture(report, one, { ...frame, palette }))
      const rows = await rowsOf(png, palette.series.cpu)
      // Two lines and the sign in the legend, from the top: CPU, memory, legend.
      expect(rows.length).toBe(3)
      expect(rows[0]).toBeLessThan(frame.height / 2)
      expect(rows[1]).toBeGreaterThan(frame.height / 2)
      expect(rows[2]).toBeGreaterThan(frame.height * 0.9)
    },
  )
})

/** Where pixels of this colour are, as the first row of each stretch of rows. */
async function rowsOf(png: Uint8Array, colour: string): Promise<number[]> {
  const image = await loadImage(Buffer.from(png))
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const has = (row: number) => {
    for (let at = row * image.width * 4; at < (row + 1) * image.width * 4; at += 4) {
      if (wanted.every((value, channel) => Math.abs((data[at + channel] ?? 0) - value) < 12)) return true
    }
    return false
  }
  const rows = Array.from({ length: image.height }, (_, row) => row).filter(has)
  return rows.filter((row, index) => row - (rows[index - 1] ?? Number.NEGATIVE_INFINITY) > 3)
}
