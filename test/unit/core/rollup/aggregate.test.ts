import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundBucket, mergeBuckets } from '../../../../core/rollup/aggregate.ts'
import { bucketMs, type HostBucket } from '../../../../core/rollup/rollup.ts'
import type { SampleRow } from '../../../../core/shard/block.ts'
import type { ProcessSample } from '../../../../core/snapshot.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'

const processes = fc.array(
  fc.record({
    pid: fc.nat(50),
    name: fc.constantFrom('node', 'sh', '__proto__'),
    cpuPercent: fc.nat(400),
    rssBytes: fc.nat(1e9),
  }),
  { maxLength: 4 },
)
const unavailable = fc.dictionary(
  fc.constantFrom('cpu.pressure', 'disks:/x', '__proto__'),
  fc.constantFrom('off', 'no'),
  {
    maxKeys: 3,
  },
)
/** Whole numbers, whose sums are exact in every order. */
const samples = fc.array(
  fc
    .record({ minute: fc.nat(59), cpuPercent: fc.nat(100), root: fc.nat(100), top: processes, unavailable })
    .map(({ minute, cpuPercent, root, top, unavailable }) =>
      sample(minute, { cpuPercent, disks: [['/', root]], processes: { top }, unavailable }),
    ),
  { minLength: 1, maxLength: 30 },
)

describe('buckets', () => {
  it('tell what could not be read: how often, from when to when, and why at last', () => {
    const rows = [
      sample(1, {}),
      sample(2, { unavailable: { 'cpu.pressure': 'off', disks: 'hangs' } }),
      sample(7, { unavailable: { 'cpu.pressure': 'gone' } }),
    ]
    const at = (minute: number) => startMs + minute * minuteMs
    expect(mergeBuckets(startMs, fiveMinutes(rows)).unavailable).toEqual([
      { subject: 'cpu.pressure', reason: 'gone', snapshots: 2, firstMs: at(2), lastMs: at(7) },
      { subject: 'disks', reason: 'hangs', snapshots: 1, firstMs: at(2), lastMs: at(2) },
    ])
    expect(mergeBuckets(startMs, fiveMinutes([sample(1, {})]))).not.toHaveProperty('unavailable')
  })

  it('keep at most 64 values that could not be read', () => {
    const unavailable = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`disks:/${index}`, 'hangs']))
    const [bucket] = fiveMinutes([sample(1, { unavailable })])
    expect(bucket?.unavailable).toHaveLength(64)
  })

  it('merge to the same in whatever order', () => {
    fc.assert(
      fc.property(samples, fc.func(fc.nat()), (rows, weight) => {
        const buckets = fiveMinutes(rows)
        const shuffled = buckets.toSorted((a, b) => weight(a.startMs) - weight(b.startMs))
        const halves = [buckets.slice(0, 3), buckets.slice(3)].map((half) => mergeBuckets(startMs, half))
        expect(mergeBuckets(startMs, shuffled)).toEqual(mergeBuckets(startMs, buckets))
        expect(mergeBuckets(startMs, halves)).toEqual(mergeBuckets(startMs, buckets))
      }),
    )
  })

  it('of 5 minutes merge to what an hour makes of the samples directly', () => {
    fc.assert(
      fc.property(samples, (rows) => {
        expect([mergeBuckets(startMs, fiveMinutes(rows))]).toEqual(bucketsOfSamples(rows, bucketMs['1h']).get('h'))
      }),
    )
  })

  it('keep count, extremes and sum of each series, and leave out what no sample has', () => {
    const rows = [sample(0, { cpuPercent: 10, disks: [['/', 50]] }), sample(1, { cpuPercent: 30, disks: [] })]
    const [bucket] = fiveMinutes(rows)
    expect(bucket?.snapshots).toBe(2)
    expect(bucket?.intervalMs).toBe(minuteMs)
    expect(bucket?.series['cpu.percent']).toMatchObject({ count: 2, min: 10, max: 30, sum: 40 })
    expect(bucket?.series['disk.percent|/']).toMatchObject({ count: 1, min: 50, max: 50, sum: 50 })
    expect(bucket?.series['swap.percent']).toBeUndefined()
  })

  it('put processes of one name together', () => {
    const top = (...rows: ProcessSample[]) => ({ processes: { top: rows } })
    const rows = [
      sample(
        0,
        top({ pid: 1, name: 'a', cpuPercent: 50, rssBytes: 10 }, { pid: 2, name: 'a', cpuPercent: 70, openFiles: 3 }),
      ),
      sample(1, top({ pid: 3, name: 'a', cpuPercent: 20, rssBytes: 30, threads: 4 })),
    ]
    expect(fiveMinutes(rows)[0]?.processes).toEqual([
      {
        name: 'a',
        snapshots: 2,
        cpuPercentSum: 140,
        cpuPercentMax: 120,
        rssBytesSum: 40,
        rssBytesMax: 30,
        threadsMax: 4,
        openFilesMax: 3,
        instancesMax: 2,
      },
    ])
  })

  it('keep the busiest and the largest processes of many', () => {
    const rows = Array.from({ length: 200 }, (_, pid) => ({
      pid,
      name: `p${pid}`,
      cpuPercent: pid,
      rssBytes: pid === 0 ? 1e9 : 1e6,
    }))
    const [bucket] = fiveMinutes([sample(0, { processes: { top: rows } })])
    const names = bucket?.processes.map(({ name }) => name) ?? []
    expect(names.length).toBeLessThanOrEqual(50)
    expect(names[0]).toBe('p199')
    expect(names).toContain('p0')
    expect(bucket && boundBucket(bucket)).toEqual(bucket)
  })
})

function sample(minute: number, rest: Parameters<typeof makeSnapshot>[0]): SampleRow {
  const atMs = startMs + minute * minuteMs
  return { kind: 'sample', host: 'h', atMs, snapshot: makeSnapshot({ atMs, ...rest }) }
}

function fiveMinutes(rows: readonly SampleRow[]): HostBucket[] {
  return bucketsOfSamples(rows, bucketMs['5m']).get('h') ?? []
}
