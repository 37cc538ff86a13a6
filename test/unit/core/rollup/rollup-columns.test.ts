import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rollupOfColumns } from '../../../../core/rollup/from-columns.ts'
import { addHistory, type HostHistory } from '../../../../core/rollup/host-history.ts'
import { bucketMs, type HostBucket, type RollupObject } from '../../../../core/rollup/rollup.ts'
import type { RollupColumns } from '../../../../core/rollup/rollup-columns.ts'
import { readRollup, writeRollup } from '../../../../core/rollup/rollup-file.ts'
import { columnsOfRollup } from '../../../../core/rollup/to-columns.ts'
import { startMs } from '../../../make.ts'

const name = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', '7'), fc.string({ minLength: 1 }))
const value = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((one) => one + 0)
const sketch = fc
  .dictionary(fc.integer({ min: -32_768, max: 32_767 }).map(String), fc.integer({ min: 1, max: 2_000 }), { maxKeys: 4 })
  .map((bins) =>
    Object.entries(bins)
      .map(([index, count]) => [Number(index), count] as const)
      .sort(([a], [b]) => a - b)
      .flat(),
  )
const stats = fc.record({ count: fc.nat(90_000), min: value, max: value, sum: value, sketch })
const process = fc
  .record({
    snapshots: fc.nat(100),
    cpuPercentSum: value,
    cpuPercentMax: value,
    rssBytesSum: value,
    rssBytesMax: value,
    threadsMax: fc.nat(),
    openFilesMax: fc.option(fc.nat(), { nil: undefined }),
    instancesMax: fc.nat(1_000),
    startedAtMs: fc.option(fc.nat(), { nil: undefined }),
  })
  .map(({ openFilesMax, startedAtMs, ...one }) => ({
    ...one,
    ...(openFilesMax === undefined ? {} : { openFilesMax }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  }))
const lacking = fc.record({
  subject: name,
  reason: fc.string(),
  snapshots: fc.nat(9),
  firstMs: fc.nat(),
  lastMs: fc.nat(),
})
const change = fc.record(
  {
    what: fc.constantFrom('boot' as const, 'kernel' as const, 'mount-added' as const),
    subject: name,
    before: name,
    after: name,
    count: fc.nat(9),
    firstMs: fc.nat(),
    lastMs: fc.nat(),
  },
  { requiredKeys: ['what', 'count', 'firstMs', 'lastMs'] },
)
const bucket = fc
  .record({
    at: fc.nat(11),
    snapshots: fc.nat(300),
    intervalMs: fc.option(fc.integer({ min: 1, max: 9e6 }), { nil: undefined }),
    series: fc.dictionary(
      name.filter((one) => one !== '__proto__'),
      stats,
      { maxKeys: 4 },
    ),
    processes: fc.dictionary(name, process, { maxKeys: 4 }),
    unavailable: fc.option(fc.array(lacking, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    changes: fc.option(fc.array(change, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  })
  .map(({ at, intervalMs, processes, unavailable, changes, ...one }): [number, HostBucket] => [
    at,
    {
      ...one,
      series: { ...one.series },
      startMs: startMs + at * bucketMs['5m'],
      ...(intervalMs === undefined ? {} : { intervalMs }),
      processes: Object.entries(processes)
        .map(([key, rest]) => ({ name: key, ...rest }))
        .sort((a, b) => b.cpuPercentSum - a.cpuPercentSum || (a.name < b.name ? -1 : 1)),
      ...(unavailable ? { unavailable } : {}),
      ...(changes ? { changes } : {}),
    },
  ])
const buckets = fc
  .array(bucket, { maxLength: 5 })
  .map((all) => [...new Map(all).values()].sort((a, b) => a.startMs - b.startMs))
const rollup = fc.dictionary(name, buckets, { maxKeys: 4 }).map(
  (hosts): RollupObject => ({
    resolution: '5m',
    shard: 'all',
    startMs,
    hosts: Object.fromEntries(Object.entries(hosts)),
    transitions: [],
    gaps: [{ kind: 'gap', host: 'a', fromMs: 1, toMs: 2, reason: 'spool full' }],
  }),
)

describe('a rollup as columns', () => {
  it('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(rollup, (one) => {
        expect(rollupOfColumns(readRollup(writeRollup(columnsOfRollup(one))))).toEqual(one)
      }),
    )
  })

  it('has the same bytes in whatever order its hosts and series come', () => {
    const turned = <Value>(all: Record<string, Value>) => Object.fromEntries(Object.entries(all).reverse())
    fc.assert(
      fc.property(rollup, (one) => {
        const hosts = Object.entries(turned(one.hosts)).map(
          ([host, own]) => [host, own.toReversed().map((each) => ({ ...each, series: turned(each.series) }))] as const,
        )
        expect(writeRollup(columnsOfRollup({ ...one, hosts: Object.fromEntries(hosts) }))).toEqual(
          writeRollup(columnsOfRollup(one)),
        )
      }),
    )
  })

  it('gives of a range the rows of its buckets, and nothing else', () => {
    const edge = fc.integer({ min: -1, max: 13 })
    fc.assert(
      fc.property(rollup, edge, edge, (one, from, to) => {
        const range = { fromMs: startMs + from * bucketMs['5m'], toMs: startMs + to * bucketMs['5m'] }
        const histories = new Map<string, HostHistory>()
        addHistory(histories, columnsOfRollup(one), range)
        const expected = Object.entries(one.hosts).map(([host, own]) => {
          const inside = own.filter((each) => each.startMs >= range.fromMs && each.startMs < range.toMs)
          const sums = inside.flatMap(({ series }) => Object.entries(series).map(([key, { sum }]) => `${key} ${sum}`))
          return [host, inside.map((each) => each.startMs), sums.sort()] as const
        })
        const found = [...histories].map(([host, history]) => {
          const sums = [...history.series].flatMap(([key, runs]) =>
            runs.flatMap(({ columns, from: begin, to: end }) =>
              [...columns.rowSum.subarray(begin, end)].map((sum) => `${key} ${sum}`),
            ),
          )
          return [host, history.buckets.map((each) => each.startMs), sums.sort()] as const
        })
        const byHost = (a: readonly unknown[], b: readonly unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1)
        expect(found.sort(byHost)).toEqual(expected.filter(([, own]) => own.length > 0).sort(byHost))
      }),
    )
  })

  const one: RollupObject = {
    resolution: '5m',
    shard: 'all',
    startMs,
    hosts: {
      'web-1': [
        {
          startMs,
          snapshots: 1,
          series: { 'cpu.percent': { count: 300, min: 1, max: 1, sum: 300, sketch: [0, 300] } },
          processes: [],
        },
      ],
    },
    transitions: [],
    gaps: [],
  }

  it.each<[what: string, change: (columns: RollupColumns) => void, reason: RegExp]>([
    ['ends that go back', ({ rowBinEnds }) => rowBinEnds.fill(9), /rowBinEnds: ends at 9: expected 2/],
    ['a series that has no name', ({ seriesKey }) => seriesKey.fill(1), /seriesKey: 1: expected below 1/],
    ['a host too many', ({ hosts }) => hosts.push('web-2'), /hostBucketEnds has 1 values: expected 2/],
    ['no list', (columns) => Object.assign(columns, { gaps: {} }), /gaps: expected a list/],
    ['no time', (columns) => Object.assign(columns, { startMs: 'now' }), /startMs now: expected/],
    ['another resolution', (columns) => Object.assign(columns, { resolution: '2m' }), /resolution 2m: expected one of/],
  ])('is refused with %s', (_, change, reason) => {
    const columns = columnsOfRollup(one)
    change(columns)
    expect(() => readRollup(writeRollup(columns))).toThrow(reason)
  })

  it('is refused when bytes are missing or are no columns at all', () => {
    const bytes = writeRollup(columnsOfRollup(one))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        // Up to a last column that is shorter than its place, which is a whole one.
        if (length < bytes.length - 8) expect(() => readRollup(bytes.slice(0, length))).toThrow()
      }),
    )
    expect(() => readRollup(Buffer.from('{"v":2}'))).toThrow('columns: the first bytes are')
    expect(() => readRollup(Buffer.from(''))).toThrow('columns: the first bytes are')
  })

  it('is read from wherever in a buffer its bytes are', () => {
    const bytes = writeRollup(columnsOfRollup(one))
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(rollupOfColumns(readRollup(moved.subarray(3)))).toEqual(one)
  })
})
