import { beforeAll, describe, expect, it } from 'vitest'
import { systemPanel } from '../../../../core/report/charts.ts'
import { hostPages, pageNamesOf } from '../../../../core/report/page/host-pages.ts'
import { reportPage } from '../../../../core/report/page.ts'
import type { HostReport, Report } from '../../../../core/report/report.ts'
import { storyOf } from '../../../../core/report/story.ts'
import { reportText } from '../../../../core/report/text.ts'
import { plainSpaces } from '../../../../core/view/line.ts'
import { light } from '../../../../core/view/theme.ts'
import { renderReportMail } from '../../../../functions/report/mail/report-mail.ts'
import { dayMs, diskClearedMs, diskFullMs, month, outage, storyOfMonth, upgradeMs } from '../../../story-month.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
let report: Report

beforeAll(() => {
  report = JSON.parse(JSON.stringify(storyOfMonth())) as Report
}, 60_000)

function hostNamed(name: string): HostReport {
  const host = report.hosts.find((one) => one.host === name)
  if (!host) throw new Error(`${name} is not in the report`)
  return host
}

describe('the report of a month of twenty hosts', () => {
  it('has all of them, the one whose alert is open first, and tells in a line how it was', () => {
    expect(report.hosts).toHaveLength(20)
    expect(report.hosts[0]?.host).toBe('db-1')
    expect(
      report.hosts
        .slice(1, 3)
        .map(({ host }) => host)
        .toSorted(),
    ).toEqual(['cache-2', 'web-3'])
    expect(report.summary).toMatch(
      /^20 hosts · 3 alerts, 1 still open · at least 98\.9.% of the snapshots · 1 gap, 8.h/u,
    )
  })

  it('says what happened to whom before anything else, and nothing of the fifteen that were well', () => {
    const story = storyOf(report).map(({ host, lines }) => [host.host, ...lines.map(plainSpaces)])
    expect(story).toEqual([
      [
        'db-1',
        'memory alert still open since 2026-03-28 06:20, up to 89.3 %',
        'java grew steadily: memory from 2.00 GiB to 8.99 GiB, 232 MiB a day',
      ],
      ['web-3', 'disk /var alert for 5 d 3 h, 2026-03-17 06:40 to 2026-03-22 10:10, up to 100 %'],
      ['cache-2', 'down for 7 h 40 min, 2026-03-28 22:21 to 2026-03-29 07:01'],
      ['worker-5', '/var will be full on 2026-04-17, if it goes on as it did'],
      ['db-4', 'booted (2026-03-12 03:00)', 'kernel: 6.1.0-25-amd64 → 6.1.0-26-amd64 (2026-03-12 03:00)'],
    ])
  })

  it('tells the story at the top of page, mail and text', () => {
    const page = reportPage(report, { overall: [], byHost: new Map() }, { names: pageNamesOf(report) })
    const text = reportText(report)
    const made = { report, text, files: [], hostPages: () => [] }
    const { html } = renderReportMail(made, { id: 'r', href: 'https://v.example/r' })
    for (const [view, numbers] of [
      [page, 'Side by side'],
      [html, 'Open the report'],
      [text, 'p95'],
    ] as const) {
      const top = plainSpaces(view.slice(0, view.indexOf(numbers)))
      for (const line of ['java grew steadily', 'down for 7 h 40 min', 'up to 100 %', '/var will be full on']) {
        expect(top).toContain(line)
      }
    }
    expect(plainSpaces(page)).toContain('31 d, clocks went forward by 1 h')
  })

  it('names the leak, how fast it is and the alert that came of it', () => {
    const { leaks, alerts, metrics } = hostNamed('db-1')
    expect(leaks).toEqual([expect.objectContaining({ name: 'java' })])
    const [leak] = leaks ?? []
    expect((leak?.bytesPerHour ?? 0) / 1024 ** 2).toBeCloseTo((7 * 1024) / 743, 0)
    expect(leak?.confidencePercent).toBeGreaterThan(99)
    expect(alerts).toMatchObject([{ rule: 'memory', severity: 'warning', topProcess: 'java' }])
    expect(alerts[0]?.endedAtMs).toBeUndefined()
    // 85 of 88 % that it ends with.
    expect((alerts[0]?.startedAtMs ?? 0) - month.fromMs).toBeGreaterThan(27 * dayMs)
    expect(metrics.find(({ series }) => series === 'memory.percent')?.last).toBeGreaterThan(85)
  })

  it('tells that one was booted with another kernel, and of no other that anything changed', () => {
    expect(hostNamed('db-4').changes).toEqual([
      { what: 'boot', count: 1, firstMs: upgradeMs, lastMs: upgradeMs },
      {
        what: 'kernel',
        before: '6.1.0-25-amd64',
        after: '6.1.0-26-amd64',
        count: 1,
        firstMs: upgradeMs,
        lastMs: upgradeMs,
      },
    ])
    expect(report.hosts.filter(({ changes }) => changes).map(({ host }) => host)).toEqual(['db-4'])
    const text = reportText(report)
    expect(text).toMatch(
      /2026-03-12 03:00 {2}booted\n {2}2026-03-12 03:00 {2}kernel: 6\.1\.0-25-amd64 → 6\.1\.0-26-amd64/,
    )
  })

  it('tells when the disk was full and for how long, and of the other one when it will be', () => {
    const { alerts, metrics } = hostNamed('web-3')
    expect(alerts).toMatchObject([{ rule: 'disk', entity: '/var' }])
    const [{ startedAtMs, endedAtMs } = { startedAtMs: 0 }] = alerts
    expect(startedAtMs).toBeGreaterThan(diskFullMs - 5 * dayMs)
    expect(startedAtMs).toBeLessThan(diskFullMs)
    expect(Math.abs((endedAtMs ?? 0) - diskClearedMs)).toBeLessThan(30 * minuteMs)
    expect(metrics.find(({ entity }) => entity === '/var')?.max).toBeGreaterThan(99.5)
    const { forecasts } = hostNamed('worker-5')
    expect(forecasts).toMatchObject([{ mount: '/var' }])
    const days = ((forecasts?.[0]?.fullAtMs ?? 0) - month.toMs) / dayMs
    expect(days).toBeGreaterThan(15)
    expect(days).toBeLessThan(18)
  })

  it('draws the disk that was full, and not the one that is fullest now that it was cleared', () => {
    const host = hostNamed('web-3')
    const { lines } = systemPanel(report, host, { palette: light })
    expect(lines.map(({ label }) => label)).toContain('Disk /var')
    const [page] = [...hostPages(report)].filter(({ name }) => name === 'hosts/web-3.html')
    expect(page?.html).toContain('Disk /var')
  })

  it('has the outage as long as it was: eight hours, though the clocks of that night show nine', () => {
    const { alerts, availability, gaps, coverage } = hostNamed('cache-2')
    expect(alerts).toMatchObject([{ rule: 'host-down', severity: 'critical' }])
    const [{ startedAtMs, endedAtMs } = { startedAtMs: 0 }] = alerts
    expect(startedAtMs - outage.fromMs).toBeGreaterThan(0)
    expect(startedAtMs - outage.fromMs).toBeLessThan(30 * minuteMs)
    expect(Math.abs((endedAtMs ?? 0) - outage.toMs)).toBeLessThan(15 * minuteMs)
    expect(availability).toMatchObject({ outages: 1, downMs: (endedAtMs ?? 0) - startedAtMs })
    expect(availability?.percent).toBeCloseTo(100 - (100 * 7.7) / 743, 0)
    expect(gaps).toEqual([{ ...outage, snapshots: 48, reason: 'nothing came' }])
    expect(coverage).toMatchObject({ snapshots: 743 * 6 - 48, expected: 743 * 6 })
  })

  it('counts every hour of a month that has one less, and each once', () => {
    expect(report.slots).toHaveLength(743)
    expect(report.slots.every((slot, index) => slot === month.fromMs + index * hourMs)).toBe(true)
    const others = report.hosts.filter(({ host }) => host !== 'cache-2')
    for (const { host, coverage } of others) {
      expect(coverage, host).toEqual({ snapshots: 743 * 6, expected: 743 * 6, percent: 100 })
    }
    for (const { host, metrics } of others) {
      for (const { series, points } of metrics) expect(points.includes(null), `${host} ${series}`).toBe(false)
    }
  })

  it('says nothing of the sixteen that were well', () => {
    const well = report.hosts.filter(({ host }) => !['db-1', 'cache-2', 'web-3', 'worker-5'].includes(host))
    expect(well).toHaveLength(16)
    for (const { host, alerts, gaps, leaks, forecasts, availability } of well) {
      expect({ alerts, gaps, leaks, forecasts }, host).toEqual({ alerts: [], gaps: [] })
      expect(availability, host).toEqual({ percent: 100, downMs: 0, outages: 0 })
    }
  })

  it('tells the story as text, in the times of Berlin', () => {
    const text = reportText(report)
    expect(text).toContain('2026-03-01 00:00 to 2026-04-01 00:00 (Europe/Berlin)')
    expect(text).toMatch(/2026-03-28 22:\d\d {2}host-down, 7.h/u)
    expect(text).toContain('java grew steadily from')
    expect(text).toMatch(/\/var full, if it goes on as it did/)
  })
})
