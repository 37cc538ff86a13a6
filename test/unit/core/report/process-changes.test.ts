import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { processChanges } from '../../../../core/report/process-changes.ts'
import type { HostHistory } from '../../../../core/rollup/host-history.ts'
import { bucketMs } from '../../../../core/rollup/rollup.ts'
import type { SampleRow } from '../../../../core/shard/block.ts'
import type { ProcessSample } from '../../../../core/snapshot.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { historiesOf } from '../../../histories.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const mebibyte = 1024 ** 2
const empty: HostHistory = { buckets: [], series: new Map(), processes: new Map() }

interface Life {
  name: string
  /** In minutes; it is listed from there until there. */
  from: number
  to: number
  rssBytes?: number
  /** Minute of its start; absent: long ago. */
  startedAt?: number
  pid?: number
}

const steady: Life[] = [
  { name: 'postgres', from: -240, to: 240, rssBytes: 300 * mebibyte },
  { name: 'sshd', from: -240, to: 240, rssBytes: 5 * mebibyte },
  { name: 'cron', from: -240, to: 240, rssBytes: 2 * mebibyte },
]

function historyOf(lives: readonly Life[], from: number, to: number, isSilent = (_: number) => false): HostHistory {
  const rows: SampleRow[] = []
  for (let minute = from; minute < to; minute++) {
    if (isSilent(minute)) continue
    const atMs = startMs + minute * minuteMs
    const top = lives.flatMap((life, index): ProcessSample[] =>
      minute >= life.from && minute < life.to
        ? [
            {
              pid: life.pid ?? index,
              name: life.name,
              rssBytes: life.rssBytes ?? mebibyte,
              startedAtMs: startMs + (life.startedAt ?? -100_000) * minuteMs,
            },
          ]
        : [],
    )
    rows.push({ kind: 'sample', host: 'a', atMs, snapshot: makeSnapshot({ atMs, processes: { top } }) })
  }
  return historiesOf(bucketsOfSamples(rows, bucketMs['5m'])).get('a') ?? empty
}

/** Four hours, against the four before. */
function changes(lives: readonly Life[], isSilent?: (minute: number) => boolean) {
  const all = [...steady, ...lives]
  return processChanges(historyOf(all, 0, 240, isSilent), historyOf(all, -240, 0)).map(
    ({ what, subject, count, lastMs }) => [what, subject, count, (lastMs - startMs) / minuteMs],
  )
}

describe('processes', () => {
  it('are new when they started as they were first seen, were not there before, and stayed', () => {
    expect(changes([{ name: 'backup', from: 62, to: 240, startedAt: 61 }])).toEqual([['process-new', 'backup', 1, 61]])
  })

  it('are not new when they were there all the time and only came into the list', () => {
    expect(changes([{ name: 'idle', from: 62, to: 240 }])).toEqual([])
  })

  it('are not new when they came and went, as jobs do', () => {
    expect(changes([{ name: 'job', from: 62, to: 75, startedAt: 61 }])).toEqual([])
  })

  it('are restarted when another one of the name stands in the place of one that is always there', () => {
    const lives = [
      { name: 'nginx', from: -240, to: 90 },
      { name: 'nginx', from: 90, to: 240, startedAt: 89 },
    ]
    expect(changes(lives)).toEqual([['process-restarted', 'nginx', 1, 89]])
  })

  it('are gone when they were among the largest until then', () => {
    expect(changes([{ name: 'java', from: -240, to: 90, rssBytes: 900 * mebibyte }])).toEqual([
      ['process-gone', 'java', 1, 90],
    ])
  })

  it('are not gone when they are too small to be listed for certain', () => {
    expect(changes([{ name: 'small', from: -240, to: 90 }])).toEqual([])
  })

  it('are not spoken of when there was no time before, but for restarts', () => {
    const lives = [...steady, { name: 'backup', from: 62, to: 240, startedAt: 61 }]
    expect(processChanges(historyOf(lives, 0, 240), empty)).toEqual([])
    expect(processChanges(empty, historyOf(lives, 0, 240))).toEqual([])
  })

  it('do not change by a host’s silence', () => {
    fc.assert(
      fc.property(fc.nat(240), fc.integer({ min: 1, max: 240 }), (from, length) => {
        expect(changes([], (minute) => minute >= from && minute < from + length)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('that go on are never called new, restarted or gone, whatever comes and goes beside them', () => {
    const life = fc.record({ from: fc.integer({ min: -240, max: 239 }), length: fc.nat(480), size: fc.nat(4_000) }).map(
      ({ from, length, size }): Life => ({
        name: `other-${from}`,
        from,
        to: from + length,
        rssBytes: size * mebibyte,
        startedAt: from,
      }),
    )
    fc.assert(
      fc.property(fc.array(life, { maxLength: 6 }), (lives) => {
        const names = changes(lives).map(([, subject]) => subject)
        for (const { name } of steady) expect(names).not.toContain(name)
      }),
      { numRuns: 30 },
    )
  })
})
