import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../../core/report/build.ts'
import type { SampleRow } from '../../../../core/shard/block.ts'
import { renderReportMail } from '../../../../functions/report/mail/report-mail.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { historiesOf } from '../../../histories.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const hourMs = 60 * minuteMs

function mailOf(samples: readonly SampleRow[], problems: string[] = []) {
  const report = buildReport({
    history: { hosts: historiesOf(bucketsOfSamples(samples, 300_000)), transitions: [], gaps: [] },
    previous: { hosts: new Map(), transitions: [], gaps: [] },
    period: { fromMs: startMs, toMs: startMs + hourMs },
    resolution: '5m',
    timeZone: 'UTC',
    generatedAtMs: startMs + hourMs,
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    problems,
  })
  return renderReportMail(
    { report, text: '', files: [{ name: 'system_metrics.png', body: new Uint8Array(8) }], hostPages: () => [] },
    { id: 'r', href: 'https://v.example/r' },
  )
}

describe('the mail of a report', () => {
  it('stays below 100 kB of HTML, however many hosts there are and whatever they are called and say', () => {
    const samples = Array.from({ length: 300 }, (_, index): SampleRow => {
      const unavailable = { [`disks:/${'<&"'.repeat(300)}`]: '<&"'.repeat(170) }
      const changes = [{ what: 'mount-added' as const, subject: `/${'"'.repeat(1_000)}` }]
      const snapshot = makeSnapshot({ atMs: startMs, disks: [[`/${'"'.repeat(1_000)}`, 50]], unavailable })
      return { kind: 'sample', host: `${'<&"'.repeat(40)}${index}`, atMs: startMs, snapshot, changes }
    })
    const problems = Array.from({ length: 300 }, () => '<&"'.repeat(300))
    const { html } = mailOf(samples, problems)
    expect(Buffer.byteLength(html)).toBeLessThan(100_000)
    expect(html).toContain('The worst 12 of 300.')
    expect(html).toContain('and 290 more in the report')
  })

  it('has what changed and what could not be read', () => {
    const snapshot = makeSnapshot({ atMs: startMs, unavailable: { 'cpu.pressure': 'not in this kernel' } })
    const changes = [{ what: 'kernel' as const, before: '6.1', after: '6.2' }]
    const { html } = mailOf([{ kind: 'sample', host: 'web-1', atMs: startMs, snapshot, changes }])
    expect(html).toContain('kernel: 6.1 → 6.2 (2026-03-01 12:00)')
    expect(html).toMatch(/web-1: cpu\.pressure, in 100.% of the snapshots: not in this kernel/u)
  })

  it('has neither heading when there is nothing of it', () => {
    const { html } = mailOf([{ kind: 'sample', host: 'web-1', atMs: startMs, snapshot: makeSnapshot() }])
    expect(html).not.toMatch(/What changed|Not read/)
  })

  it('shows no empty pictures where there is no data at all', () => {
    const samples: SampleRow[] = [{ kind: 'sample', host: 'web-1', atMs: startMs, snapshot: makeSnapshot() }]
    expect(mailOf(samples).images).toHaveLength(1)
    expect(mailOf([]).images).toEqual([])
    expect(mailOf([]).html).not.toContain('cid:')
  })

  it('keeps a number and its unit on one line', () => {
    const { html, text } = mailOf([{ kind: 'sample', host: 'web-1', atMs: startMs, snapshot: makeSnapshot() }])
    expect(html).toContain('fullest disk / at 30.0\u00a0%')
    expect(text).not.toContain('\u00a0')
  })
})
