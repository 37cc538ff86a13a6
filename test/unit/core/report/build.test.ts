import { describe, expect, it } from 'vitest'
import type { Transition } from '../../../../core/alerts/alert.ts'
import type { HostNow } from '../../../../core/now.ts'
import { axisLabels, partsOf } from '../../../../core/report/axis.ts'
import { buildReport, type History } from '../../../../core/report/build.ts'
import { alertsChart, systemChart } from '../../../../core/report/charts.ts'
import { reportPage } from '../../../../core/report/page.ts'
import { reportText } from '../../../../core/report/text.ts'
import { bucketMs } from '../../../../core/rollup/rollup.ts'
import type { SampleRow } from '../../../../core/shard/block.ts'
import { light } from '../../../../core/view/theme.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { historiesOf } from '../../../histories.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const hourMs = 60 * minuteMs
const period = { fromMs: startMs, toMs: startMs + 2 * hourMs }
const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }

function samples(host: string, minutes: readonly number[], cpuPercent: (minute: number) => number): SampleRow[] {
  return minutes.map((minute) => {
    const atMs = startMs + minute * minuteMs
    return { kind: 'sample', host, atMs, snapshot: makeSnapshot({ atMs, cpuPercent: cpuPercent(minute) }) }
  })
}

function history(rows: SampleRow[], transitions: Transition[] = []): History {
  return { hosts: historiesOf(bucketsOfSamples(rows, bucketMs['5m'])), transitions, gaps: [] }
}

function build(
  now: History,
  previous: History = history([]),
  timeZone = 'UTC',
  more: { asked?: string[]; nows?: HostNow[] } = {},
) {
  const generatedAtMs = period.toMs
  return buildReport({
    history: now,
    previous,
    period,
    resolution: '5m',
    timeZone,
    generatedAtMs,
    thresholds,
    problems: [],
    ...more,
  })
}

function transition(host: string, to: 'firing' | 'ok', minute: number): Transition {
  const incident = { id: 'abc123abc123', startedAtMs: startMs + 10 * minuteMs }
  const atMs = startMs + minute * minuteMs
  const from = to === 'firing' ? 'pending' : 'recovering'
  return {
    kind: 'transition',
    host,
    rule: 'cpu',
    entity: '',
    severity: 'warning',
    from,
    to,
    atMs,
    decidedAtMs: atMs,
    reason: `CPU ${to}`,
    incident,
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const hostile = '<script>alert(1)</script>'
const noCharts = { overall: [], byHost: new Map() }

describe('a report', () => {
  it('has mean, extremes, p95 and the change against the period before', () => {
    const before = history(samples('web-1', range(-120, 0), () => 10))
    const report = build(history(samples('web-1', range(0, 120), (minute) => (minute < 60 ? 20 : 40))), before)
    const cpu = report.hosts[0]?.metrics.find(({ metric }) => metric === 'cpu.percent')
    expect(cpu).toMatchObject({ mean: 30, min: 20, max: 40, last: 40, change: 20 })
    expect(cpu?.p95).toBeGreaterThan(39)
    expect(report.hosts[0]?.coverage).toMatchObject({ snapshots: 120, percent: 100 })
    expect(report.hosts[0]?.availability).toEqual({ percent: 100, downMs: 0, outages: 0 })
    expect(reportText(report)).toMatch(/^web-1 {2}\(100\s% of the snapshots, up 100\s% of the time\)$/m)
  })

  it('has no change where there was nothing before, and no number where there is nothing', () => {
    const report = build(history(samples('web-1', range(0, 10), () => 20)))
    expect(report.hosts[0]?.metrics.every(({ change }) => change === undefined)).toBe(true)
    expect(report.hosts[0]?.metrics.some(({ metric }) => metric === 'cpu.steal')).toBe(false)
  })

  it('has points of six digits, and exact means', () => {
    const report = build(history(samples('web-1', range(0, 3), (minute) => (minute === 0 ? 10 : 20))))
    const cpu = report.hosts[0]?.metrics.find(({ metric }) => metric === 'cpu.percent')
    expect(cpu?.points[0]).toBe(16.6667)
    expect(cpu?.mean).toBe(50 / 3)
  })

  it('says when all hosts were silent at once, and has no host of that name', () => {
    const silent = (to: 'firing' | 'ok', minute: number) => ({ ...transition('*', to, minute), rule: 'all-silent' })
    const rows = samples('web-1', range(0, 120), () => 20)
    const report = build(history(rows, [silent('firing', 10), silent('ok', 25)]))
    expect(report.hosts.map(({ host }) => host)).toEqual(['web-1'])
    expect(report.problems).toEqual(['From 12:10 to 12:25 all hosts were silent at once: CPU firing'])
    expect(build(history(rows, [silent('firing', 10)])).problems).toEqual([
      'Since 12:10 all hosts were silent at once: CPU firing',
    ])
  })

  it('shows an outage as a gap in every series, and counts what is missing', () => {
    const report = build(history(samples('web-1', [...range(0, 30), ...range(90, 120)], () => 20)))
    const [host] = report.hosts
    const points = host?.metrics.find(({ metric }) => metric === 'cpu.percent')?.points
    expect(points?.map((point) => (point === null ? '.' : 'x')).join('')).toBe('xxxxxx............xxxxxx')
    expect(host?.coverage).toEqual({ snapshots: 60, expected: 120, percent: 50 })
    expect(host?.gaps).toEqual([
      { fromMs: startMs + 30 * minuteMs, toMs: startMs + 90 * minuteMs, snapshots: 60, reason: 'nothing came' },
    ])
    expect(report.summary).toContain('1 gap, 1\u00a0h in all')
  })

  it('tells each alert from its beginning to its end, and one that has none as open', () => {
    const rows = samples('web-1', range(0, 120), () => 20)
    const over = build(history(rows, [transition('web-1', 'firing', 20), transition('web-1', 'ok', 50)]))
    expect(over.hosts[0]?.alerts).toMatchObject([
      { startedAtMs: startMs + 10 * minuteMs, endedAtMs: startMs + 50 * minuteMs, reason: 'CPU firing' },
    ])
    const open = build(history(rows, [transition('web-1', 'firing', 20)]))
    expect(open.hosts[0]?.alerts[0]).not.toHaveProperty('endedAtMs')
    expect(open.summary).toContain('1 alert, still open')
  })

  it('tells in page and text when an alert began and ended, how long it was, why, and which process was busiest', () => {
    const top = [{ pid: 1, name: '<java>', cpuPercent: 90, rssBytes: 1 }]
    const over = build(
      history(
        samples('web-1', range(0, 120), () => 20),
        [{ ...transition('web-1', 'firing', 20), top }, transition('web-1', 'ok', 50)],
      ),
    )
    expect(reportText(over)).toMatch(/2026-03-01 12:10 {2}cpu, 40\smin to 12:50: CPU firing \(busiest: <java>\)/)
    const page = reportPage(over, noCharts)
    expect(page).toContain('2026-03-01 12:10</time>')
    expect(page).toMatch(/40\smin <span class="small muted">to 12:50<\/span>/)
    expect(page).toContain('busiest: &#60;java&#62;')
  })

  it('is a report of one snapshot, with what that had and nothing of a trend', () => {
    const report = build(history(samples('web-1', [30], () => 20)))
    const [host] = report.hosts
    expect(host?.coverage).toMatchObject({ snapshots: 1 })
    const cpu = host?.metrics.find(({ metric }) => metric === 'cpu.percent')
    expect(cpu).toMatchObject({ mean: 20, min: 20, max: 20, p95: 20, last: 20 })
    expect(cpu?.points.filter((point) => point !== null)).toEqual([20])
    for (const absent of ['forecasts', 'leaks', 'growths', 'advice', 'changes']) expect(host).not.toHaveProperty(absent)
    for (const view of [reportText(report), reportPage(report, noCharts)]) {
      expect(view).toContain('web-1')
      expect(view).not.toMatch(/NaN|undefined|Infinity|null %/)
    }
  })

  it('tells a gap once, in the words of who knows why', () => {
    const told = { kind: 'gap', host: 'web-1', snapshots: 58, reason: 'the disk was full' } as const
    const outage = history(samples('web-1', [...range(0, 30), ...range(90, 120)], () => 20))
    const { hosts } = build({
      ...outage,
      gaps: [{ ...told, fromMs: startMs + 31 * minuteMs, toMs: startMs + 89 * minuteMs }],
    })
    expect(hosts[0]?.gaps).toMatchObject([{ snapshots: 58, reason: 'the disk was full' }])
  })

  it('has a host that was there before and is silent now, and one that was asked for', () => {
    const before = history(samples('web-1', range(-120, 0), () => 10))
    const report = build(history([]), before)
    expect(report.hosts).toMatchObject([{ host: 'web-1', coverage: { snapshots: 0, expected: 110 }, metrics: [] }])
    const page = reportPage(report, noCharts)
    expect(page).toContain('No snapshots in this period')
    const asked = build(history([]), history([]), 'UTC', { asked: ['web-9'] })
    expect(asked.hosts.map(({ host }) => host)).toEqual(['web-9'])
    expect(reportText(asked)).toContain('web-9  (no data)')
  })

  it('puts the worst host first', () => {
    const rows = [
      ...samples('calm', range(0, 60), () => 5),
      ...samples('busy', range(0, 60), () => 70),
      ...samples('ill', range(0, 60), () => 5),
    ]
    const report = build(history(rows, [transition('ill', 'firing', 20)]))
    expect(report.hosts.map(({ host }) => host)).toEqual(['ill', 'busy', 'calm'])
  })

  it('says so when there is no data at all, and is still a page and a text', () => {
    const report = build(history([]))
    expect(report.summary).toBe('No data in this period.')
    expect(reportText(report)).toContain('No data in this period.')
    expect(reportPage(report, noCharts)).toContain('No host has sent anything')
  })

  it('shows hostile names as text, and carries a policy that lets nothing run', () => {
    const rows = samples(hostile, range(0, 10), () => 20).map((row) => ({
      ...row,
      snapshot: {
        ...row.snapshot,
        disks: [{ mount: hostile, usedPercent: 10 }],
        processes: { top: [{ pid: 1, name: `"><img src=x onerror=alert(1)>`, cpuPercent: 5, rssBytes: 1 }] },
      },
    }))
    const page = reportPage(build(history(rows, [{ ...transition(hostile, 'firing', 20), reason: hostile }])), {
      overall: [],
      byHost: new Map(),
    })
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<img')
    expect(page).toContain('&#60;script&#62;')
    expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;/)
  })

  it('has nothing of a terminal’s control characters in its text', () => {
    const text = reportText(build(history(samples('web\u001b[31m', range(0, 10), () => 20))))
    expect(text).not.toContain('\u001b')
    const faked = samples('web-1', range(0, 10), () => 20).map((row) => ({
      ...row,
      snapshot: { ...row.snapshot, disks: [{ mount: '/x\nroot  (100 % of the snapshots)', usedPercent: 10 }] },
    }))
    expect(reportText(build(history(faked)))).not.toMatch(/^root/m)
  })

  it('draws gaps as null and thresholds as dashed lines, in plain JSON', () => {
    const report = build(history(samples('web-1', [...range(0, 30), ...range(90, 120)], () => 20)))
    const [host] = report.hosts
    if (!host) throw new Error('no host')
    const { chart } = systemChart(report, host, { palette: light, width: 500, height: 250, devicePixelRatio: 1 })
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart)
    const { datasets } = chart.data as unknown as {
      datasets: { label: string; data: (number | null)[]; borderDash: number[] }[]
    }
    expect(datasets[0]?.data.slice(4, 20)).toEqual([20, 20, ...Array(12).fill(null), 20, 20])
    expect(datasets.find(({ label }) => label === 'CPU > 80')?.borderDash).not.toEqual([])
  })

  it('labels its time axis in the reader’s time zone, over a change of clocks too', () => {
    const dst = { fromMs: Date.UTC(2026, 2, 29, 0), toMs: Date.UTC(2026, 2, 29, 4) }
    const report = {
      ...build(history([]), history([]), 'Europe/Berlin'),
      period: dst,
      slots: [0, 1, 2, 3].map((hour) => dst.fromMs + hour * hourMs),
    }
    const { chart } = alertsChart(report, { palette: light, width: 500, height: 250, devicePixelRatio: 1 })
    expect((chart.data as unknown as { labels: string[] }).labels).toEqual(['01:00', '03:00', '04:00', '05:00'])
  })

  it.each([1, 7, 14, 30, 90, 365])('names no time twice below the alerts of %d days', (days) => {
    const long = { fromMs: startMs - days * 24 * hourMs, toMs: startMs }
    const report = { ...build(history([]), history([]), 'Europe/Berlin'), period: long }
    const { chart } = alertsChart(report, { palette: light, width: 500, height: 250, devicePixelRatio: 1 })
    const labels = (chart.data as unknown as { labels: string[] }).labels.filter((label) => label !== '')
    expect(new Set(labels).size).toBe(labels.length)
    expect(labels.length).toBeGreaterThan(2)
    expect(labels.length).toBeLessThanOrEqual(9)
  })

  it.each<[hours: number, labels: string[]]>([
    [1, ['12:00', '12:15', '12:30', '12:45']],
    [6, ['12:00', '13:00', '14:00', '15:00', '16:00', '17:00']],
    [24, ['12:00', '15:00', '18:00', '21:00', '00:00', '03:00', '06:00', '09:00']],
  ])('labels %d hours at full hours', (hours, labels) => {
    const slots = Array.from({ length: hours * 12 }, (_, index) => startMs + index * 5 * minuteMs)
    const report = { ...build(history([])), slots, period: { fromMs: startMs, toMs: startMs + hours * hourMs } }
    expect(axisLabels(report).filter((label) => label !== '')).toEqual(labels)
  })

  it.each<[zone: string, labels: string[]]>([
    ['Asia/Kolkata', ['18:30', '2 Mar', '06:30', '12:30', '18:30', '3 Mar', '06:30', '12:30']],
    ['Europe/Berlin', ['18:00', '2 Mar', '06:00', '12:00', '18:00', '3 Mar', '06:00', '12:00']],
  ])('labels two days of hours in %s', (timeZone, labels) => {
    const slots = Array.from({ length: 48 }, (_, index) => startMs + index * hourMs)
    const report = { ...build(history([])), timeZone, slots, period: { fromMs: startMs, toMs: startMs + 48 * hourMs } }
    expect(axisLabels(report).filter((label) => label !== '')).toEqual(labels)
  })

  it('leaves out a label that the change of clocks brings near to the last', () => {
    const fromMs = Date.UTC(2026, 2, 28, 12)
    const slots = Array.from({ length: 24 }, (_, index) => fromMs + index * hourMs)
    const report = {
      ...build(history([]), history([]), 'Europe/Berlin'),
      slots,
      period: { fromMs, toMs: fromMs + 24 * hourMs },
    }
    expect(axisLabels(report).filter((label) => label !== '')).toEqual([
      '15:00',
      '18:00',
      '21:00',
      '00:00',
      '06:00',
      '09:00',
      '12:00',
    ])
  })

  it.each([
    ['en-US', '2026-03-28T23:00:00Z', 23, ['12:00 AM', '6:00 AM', '12:00 PM', '6:00 PM']],
    ['de-DE', '2026-03-28T23:00:00Z', 23, ['00:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']],
    ['de-DE', '2026-10-24T22:00:00Z', 25, ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00']],
    ['en-US', '2026-10-24T22:00:00Z', 49, ['Oct 25', '12:00 PM', 'Oct 26', '12:00 PM']],
    ['de-DE', '2026-10-24T22:00:00Z', 49, ['25. Okt.', '12:00', '26. Okt.', '12:00']],
    ['ja-JP', '2026-10-24T22:00:00Z', 49, ['25 Oct', '12:00', '26 Oct', '12:00']],
  ])('labels time as in %s from %s on, in the reader’s days of 23 and 25 hours', (locale, from, hours, labels) => {
    const fromMs = Date.parse(from)
    const report = {
      ...build(history([]), history([]), 'Europe/Berlin'),
      locale,
      slots: Array.from({ length: hours }, (_, index) => fromMs + index * hourMs),
      period: { fromMs, toMs: fromMs + hours * hourMs },
    }
    const shown = axisLabels(report).filter((label) => label !== '')
    expect(shown.map((label) => label.replaceAll('\u00a0', ' '))).toEqual(labels)
  })

  it('counts alerts by the reader’s days, also those with 23 and 25 hours', () => {
    const lengths = (fromMs: number, timeZone: string) =>
      partsOf({
        ...build(history([]), history([]), timeZone),
        period: { fromMs, toMs: fromMs + 10 * 24 * hourMs },
      }).map((part) => (part.toMs - part.fromMs) / hourMs)
    const days = (changed: number, length: number) =>
      Array.from({ length: 11 }, (_, day) => (day === changed ? length : 24))
    expect(lengths(Date.UTC(2026, 2, 25, 12), 'Europe/Berlin')).toEqual(days(4, 23))
    expect(lengths(Date.UTC(2026, 9, 20, 12), 'Europe/Berlin')).toEqual(days(5, 25))
    expect(lengths(Date.UTC(2026, 9, 20, 12), 'Asia/Kathmandu')).toEqual(days(99, 0))
    const report = {
      ...build(history([]), history([]), 'Europe/Berlin'),
      period: { fromMs: Date.UTC(2026, 2, 25, 12), toMs: Date.UTC(2026, 3, 4, 12) },
    }
    expect(partsOf(report)[0]?.fromMs).toBe(Date.UTC(2026, 2, 24, 23))
  })

  it.each<[begin: number, first: string]>([
    [1, '2 Mar'],
    [7, '3 Mar'],
  ])('labels the day in which a week begins, at hour %d, where there is room for it', (hour, first) => {
    const fromMs = Date.UTC(2026, 2, 2, hour)
    const slots = Array.from({ length: 7 * 24 }, (_, index) => fromMs + index * hourMs)
    const report = { ...build(history([])), slots, period: { fromMs, toMs: fromMs + 7 * 24 * hourMs } }
    expect(axisLabels(report).find((label) => label !== '')).toBe(first)
    expect(
      axisLabels(report)
        .filter((label) => label !== '')
        .at(-1),
    ).toBe('9 Mar')
  })

  it('labels a month by its days', () => {
    const slots = Array.from({ length: 30 * 24 }, (_, index) => startMs + index * hourMs)
    const report = { ...build(history([])), slots, period: { fromMs: startMs, toMs: startMs + 30 * 24 * hourMs } }
    expect(axisLabels(report).filter((label) => label !== '')).toEqual([
      '1 Mar',
      '5 Mar',
      '9 Mar',
      '13 Mar',
      '17 Mar',
      '21 Mar',
      '25 Mar',
      '29 Mar',
    ])
  })
})
