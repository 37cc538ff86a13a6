import { describe, expect, it } from 'vitest'
import { thresholdAdvice } from '../../../../core/report/advice.ts'
import { adviceSubject, adviceWords, growthWords } from '../../../../core/report/advice-words.ts'
import { growths } from '../../../../core/report/growth.ts'
import type { AlertReport, MetricReport } from '../../../../core/report/report.ts'
import { placesOf } from '../../../../core/report/rows.ts'
import type { HostBucket } from '../../../../core/rollup/rollup.ts'
import { historiesOf } from '../../../histories.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const fromMs = Date.UTC(2026, 1, 25, 7)
const week = { fromMs, toMs: fromMs + 7 * dayMs }
const slots = Array.from({ length: 168 }, (_, index) => fromMs + index * hourMs)
const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }

function metric(percentOf: (hour: number) => number, p95: number, id = 'cpu.percent', entity = ''): MetricReport {
  const points = slots.map((_, hour) => percentOf(hour))
  const max = Math.max(...points)
  return { series: id, metric: id, entity, mean: p95, max, min: 0, p95, last: 0, points }
}

function alerts(count: number, rule = 'cpu', entity = ''): AlertReport[] {
  return Array.from({ length: count }, (_, index) => ({
    incident: `${rule}-${index}`,
    rule,
    entity,
    severity: 'warning' as const,
    startedAtMs: fromMs + index * dayMs,
    reason: 'high',
  }))
}

const daily = (peak: (day: number) => number) => (hour: number) => (hour % 24 === 9 ? peak(Math.floor(hour / 24)) : 40)
const advise = (metrics: MetricReport[], told: AlertReport[] = [], period = week) =>
  thresholdAdvice({ metrics, alerts: told, thresholds, period })

describe('advice on a threshold', () => {
  it('says which one would have mailed once where one mails every day', () => {
    const [told] = advise(
      [
        metric(
          daily((day) => (day === 3 ? 93 : 83)),
          71,
        ),
      ],
      alerts(7),
    )
    expect(told).toEqual({
      metric: 'cpu.percent',
      entity: '',
      threshold: 80,
      mails: 7,
      better: 85,
      wouldBeMails: 1,
      p95: 71,
    })
    expect(told && `${adviceSubject(told)}: ${adviceWords(told)}`.replaceAll(/\s/g, ' ')).toBe(
      'CPU: 80 % meant 7 mails, 85 % would have meant one mail in this period; p95 is 71.0 %',
    )
  })

  it('says which one would have told of what nobody was told of', () => {
    const peaks = metric(
      daily((day) => (day % 3 === 0 ? 82 : 60)),
      71,
      'disk.percent',
      '/data',
    )
    const [told] = advise([peaks])
    expect(told).toMatchObject({ entity: '/data', threshold: 90, mails: 0, better: 80, wouldBeMails: 3 })
    expect(told && adviceWords(told)).toContain('90 % was never reached, 80 % would have meant 3 mails')
  })

  it.each([
    [
      'mails twice a week',
      metric(
        daily(() => 83),
        71,
      ),
      alerts(2),
      week,
    ],
    ['idles far below it', metric(() => 8, 9), [], week],
    ['is full all the time', metric(() => 99, 99), alerts(7), week],
    ['fires in peaks that its means do not show', metric(() => 50, 50), alerts(7), week],
    ['mails of another metric', metric(() => 50, 50), alerts(7, 'memory'), week],
    [
      'was watched for an hour',
      metric(
        daily(() => 83),
        71,
      ),
      alerts(7),
      { fromMs, toMs: fromMs + hourMs },
    ],
    [
      'has no threshold',
      metric(
        daily(() => 83),
        71,
        'swap.percent',
      ),
      alerts(7),
      week,
    ],
  ])('is not given for a host that %s', (_, one, told, period) => {
    expect(advise([one], told, period)).toEqual([])
  })

  it('counts a peak that swings around the threshold once, and none across a gap', () => {
    const swinging = metric((hour) => (hour < 40 ? 40 : hour % 2 === 0 ? 83 : 79), 70, 'disk.percent', '/')
    const [told] = advise([{ ...swinging, points: swinging.points.map((one, hour) => (hour === 60 ? null : one)) }])
    expect(told).toMatchObject({ better: 80, wouldBeMails: 1 })
  })
})

describe('growth of threads and open files', () => {
  const bucket = (startMs: number, threadsMax: number, openFilesMax?: number): HostBucket => ({
    startMs,
    snapshots: 60,
    series: {},
    processes: [
      {
        name: 'java',
        snapshots: 60,
        cpuPercentSum: 1,
        cpuPercentMax: 1,
        rssBytesSum: 1,
        rssBytesMax: 1,
        threadsMax,
        ...(openFilesMax === undefined ? {} : { openFilesMax }),
        instancesMax: 1,
      },
    ],
  })

  const growthsOf = (at: (hour: number) => HostBucket) => {
    const histories = historiesOf(new Map([['h', slots.map((_slot, hour) => at(hour))]]), '1h')
    return growths(histories.get('h')?.processes ?? new Map(), slots, placesOf(slots, hourMs))
  }

  it('is named with what grows, its slope and how sure that is, fastest first', () => {
    const told = growthsOf((hour) => bucket(slots[hour] ?? 0, 20 + hour, 100 + 3 * hour + (hour % 3)))
    expect(told.map(({ name, what }) => `${name} ${what}`)).toEqual(['java openFiles', 'java threads'])
    expect(told[1]).toMatchObject({ confidencePercent: 100 })
    expect(told[1]?.perHour).toBeCloseTo(1, 6)
    expect(told[1] && growthWords(told[1])).toMatch(/^threads from 20 to 187, 1\.0 an hour; .* 100(\.0)?\s%/)
  })

  it.each([
    ['stays', (hour: number) => bucket(slots[hour] ?? 0, 200, 300 + (hour % 7))],
    ['fills a pool', (hour: number) => bucket(slots[hour] ?? 0, 4 + hour / 20)],
    ['jumps once', (hour: number) => bucket(slots[hour] ?? 0, hour < 20 ? 10 : 900)],
    ['is not read', (hour: number) => bucket(slots[hour] ?? 0, 10)],
  ])('is not told of a process that %s', (_, at) => {
    expect(growthsOf(at)).toEqual([])
  })
})
