import { describe, expect, it } from 'vitest'
import { type CoverageSources, coverageOf, judgedSlots, silences } from '../../../../core/report/coverage.ts'
import type { HostBucket } from '../../../../core/rollup/rollup.ts'

const minuteMs = 60_000
const slotMs = 5 * minuteMs
const slots = Array.from({ length: 12 }, (_, index) => index * slotMs)

/** A digit a slot of five minutes: how many snapshots it has; a dot: no bucket. */
function sources(drawn: string, more: Partial<CoverageSources> = {}, intervalMs = minuteMs): CoverageSources {
  const buckets = [...drawn].flatMap((digit, index): HostBucket[] =>
    digit === '.' ? [] : [{ startMs: index * slotMs, snapshots: Number(digit), intervalMs, series: {}, processes: [] }],
  )
  return { buckets, slots, slotMs, nowMs: 24 * 60 * minuteMs, ...more }
}

const known = { intervalBeforeMs: minuteMs }

describe('of an hour, what is missing', () => {
  it.each<[what: string, given: CoverageSources, snapshots: number, expected: number | undefined, gaps: string[]]>([
    ['is nothing when all came', sources('555555555555', known), 60, 60, []],
    ['is counted where some did not come', sources('555352555555', known), 55, 60, []],
    ['is what an outage took, with its times', sources('555...555555', known), 45, 60, ['15-30 15']],
    ['is each outage by itself', sources('55.555..5555', known), 45, 60, ['10-15 5', '30-40 10']],
    ['is the beginning too, of a host that was there before', sources('..5555555555', known), 50, 60, ['0-10 10']],
    ['begins with the first snapshot of a host that is new', sources('..3555555555'), 48, 48, []],
    ['is all of it, where a known host was silent', sources('............', known), 0, 60, ['0-60 60']],
    ['is unknown, where nothing is known of a host', sources('............'), 0, undefined, []],
    ['is not what may still be on its way', sources('5555555555..', { ...known, nowMs: 60 * minuteMs }), 50, 50, []],
    [
      'is what should have come by now',
      sources('555555......', { ...known, nowMs: 60 * minuteMs }),
      30,
      50,
      ['30-50 20'],
    ],
    [
      'is not what has come and is not rolled up yet',
      sources('555555......', { ...known, nowMs: 60 * minuteMs, lastEventMs: 58 * minuteMs }),
      30,
      30,
      [],
    ],
    [
      'is all the time since the last one, of a host that is silent for longer than rollup waits',
      sources('............', { ...known, nowMs: 60 * minuteMs, lastEventMs: -61 * minuteMs }),
      0,
      50,
      ['0-50 50'],
    ],
    [
      'takes no slot without a snapshot for a gap when the interval is as long',
      sources('1.1.1.1.1.1.', {}, 10 * minuteMs),
      6,
      6,
      [],
    ],
  ])('%s', (_, given, snapshots, expected, gaps) => {
    const coverage = coverageOf(given, judgedSlots(given))
    expect(coverage.snapshots).toBe(snapshots)
    expect(coverage.expected).toBe(expected)
    const said = silences(given, judgedSlots(given)).map(
      ({ fromMs, toMs, snapshots: missing }) => `${fromMs / minuteMs}-${toMs / minuteMs} ${missing}`,
    )
    expect(said).toEqual(gaps)
  })
})
