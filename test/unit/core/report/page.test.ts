import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../../core/report/build.ts'
import { reportPage } from '../../../../core/report/page.ts'
import type { Report } from '../../../../core/report/report.ts'
import { reportText } from '../../../../core/report/text.ts'
import { bucketMs } from '../../../../core/rollup/rollup.ts'
import type { Snapshot } from '../../../../core/snapshot.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { historiesOf } from '../../../histories.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

type Change = Parameters<typeof makeSnapshot>[0]

/** Of one host's two hours, a snapshot a minute, and of the two before it where `before` says what they were. */
function reportOf({
  now,
  before,
  ...reader
}: {
  now: Change
  before?: Change
  timeZone?: string
  locale?: string
}): Report {
  const history = (fromMs: number, change: Change) => ({
    hosts: historiesOf(
      bucketsOfSamples(
        Array.from({ length: 120 }, (_, minute) => {
          const atMs = fromMs + minute * minuteMs
          const snapshot: Snapshot = makeSnapshot({ atMs, ...change })
          return { kind: 'sample', host: 'web-1', atMs, snapshot } as const
        }),
        bucketMs['5m'],
      ),
    ),
    transitions: [],
    gaps: [],
  })
  const toMs = startMs + 120 * minuteMs
  return buildReport({
    history: history(startMs, now),
    previous: before ? history(startMs - 120 * minuteMs, before) : { hosts: new Map(), transitions: [], gaps: [] },
    period: { fromMs: startMs, toMs },
    resolution: '5m',
    timeZone: 'UTC',
    ...reader,
    generatedAtMs: toMs,
    thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
    problems: [],
  })
}

function page(told: { now: Change; before?: Change }): string {
  return reportPage(reportOf(told), { overall: [], byHost: new Map() })
}

describe('the page of a report', () => {
  it('shows the processes that need most CPU, and those that need most memory and no CPU', () => {
    const busy = Array.from({ length: 30 }, (_, index) => ({
      pid: index + 1,
      name: `busy-${index}`,
      cpuPercent: 90 - index,
      rssBytes: 1,
    }))
    const top = [...busy, { pid: 99, name: 'idle-cache', cpuPercent: 0, rssBytes: 9e9 }]
    const shown = page({ now: { processes: { top } } })
    expect(shown).toContain('busy-0<')
    expect(shown).toContain('idle-cache')
    expect(shown).not.toContain('busy-20<')
  })

  it('has dates and numbers as its reader writes them, in words that stay English', () => {
    const report = reportOf({ now: {}, timeZone: 'Europe/Berlin', locale: 'de-DE' })
    const { period } = report
    const shown = reportPage(report, { overall: [], byHost: new Map() }, { script: { js: '', css: '' } })
    for (const view of [shown, reportText(report)]) {
      expect(view).toContain(new Date(period.fromMs).toLocaleDateString('de-DE', { dateStyle: 'medium' }))
      expect(view).toMatch(/\d,\d\u00a0%/)
      expect(view).not.toMatch(/\d\.\d+\u00a0(%|[KMG]iB)/)
    }
    expect(shown).toContain('<html lang="en">')
    expect(shown).toContain('"timeZone":"Europe/Berlin","locale":"de-DE"')
  })

  it('says what is ahead, and how long the host was up', () => {
    const report = reportOf({ now: {} })
    const [host] = report.hosts
    if (!host) throw new Error('no host')
    const day = 86_400_000
    const ahead = {
      ...host,
      availability: { percent: 75, downMs: 1_800_000, outages: 1 },
      forecasts: [
        {
          mount: '/<var>',
          usedPercent: 90,
          percentPerDay: 5,
          fullAtMs: startMs + 2 * day,
          earliestMs: startMs + day,
          latestMs: startMs + 4 * day,
        },
      ],
      growths: [{ name: '<php>', what: 'threads' as const, perHour: 2, from: 8, to: 56, confidencePercent: 99 }],
      advice: [
        { metric: 'disk.percent', entity: '/<log>', threshold: 90, mails: 8, better: 95, wouldBeMails: 0, p95: 91 },
      ],
      leaks: [{ name: '<java>', bytesPerHour: 1_048_576, fromBytes: 1e9, toBytes: 2e9, confidencePercent: 98 }],
    }
    const shown = reportPage({ ...report, hosts: [ahead] }, { overall: [], byHost: new Map() })
    expect(shown).toMatch(/up 75\.0\s%, down 30\smin/)
    expect(shown).toContain('/&#60;var&#62; full')
    expect(shown).toContain('&#60;php&#62; grows')
    expect(shown).toContain('threads from 8 to 56, 2.0 an hour')
    expect(shown).toContain('Disk /&#60;log&#62;')
    expect(shown).toContain('90 % meant 8 mails, 95 % would have meant no mail in this period')
    const text = reportText({ ...report, hosts: [ahead] })
    expect(text).toContain('  <php> grew steadily: threads from 8 to 56')
    expect(text).toContain('  Disk /<log>: 90 % meant 8 mails')
    expect(shown).toMatch(/5\.0 points more a day: full in/)
    expect(shown).toContain('&#60;java&#62; grows')
    expect(reportPage(report, { overall: [], byHost: new Map() })).not.toContain('Ahead')
  })

  it('says how percentages changed in percentage points, and what did not change', () => {
    const shown = page({ now: { cpuPercent: 16.6 }, before: { cpuPercent: 10 } })
    expect(shown).toContain('+6.6\u00a0pp')
    expect(shown).toContain('±0')
  })

  it('tells what could not be read, since when and why; what hosts sent is text', () => {
    const shown = page({ now: { unavailable: { 'cpu.pressure': 'off <b>here</b>' } } })
    expect(shown).toContain('<h3>Not read</h3>')
    expect(shown).toMatch(/<th scope="row">cpu\.pressure<\/th><td class="nowrap"><time datetime="2026-03-01T12:00/)
    expect(shown).toContain('off &#60;b&#62;here&#60;/b&#62;')
    expect(page({ now: {} })).not.toContain('Not read')
  })
})
