import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LakeTable } from '../../../../core/keys.ts'
import { columnsOfHour } from '../../../../core/rollup/hour-columns.ts'
import { createRowsBuilder, joinRows, type LakeRows, pickRows, sortRows } from '../../../../core/rollup/lake-rows.ts'
import { bucketMs } from '../../../../core/rollup/rollup.ts'
import { writeRollup } from '../../../../core/rollup/rollup-file.ts'
import { lakeParts } from '../../../../core/rollup/tables.ts'
import { columnsOfRollup } from '../../../../core/rollup/to-columns.ts'
import type { BlockRow, SampleRow } from '../../../../core/shard/block.ts'
import type { ProcessSample } from '../../../../core/snapshot.ts'
import { bucketsOfSamples } from '../../../buckets-of-samples.ts'
import { samplesOfRows } from '../../../lake-contents.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { anyBlocks } from '../../functions/rollup/any-rows.ts'

type Tables = Record<'samples' | 'disks' | 'interfaces' | 'processes', LakeRows>

const percent = fc.option(fc.double({ min: 0, max: 100, noNaN: true }).map(withoutSign), { nil: undefined })
const bytes = fc.option(fc.nat(1e12), { nil: undefined })
const process = fc.record({
  pid: fc.nat(9),
  name: fc.constantFrom('java', 'sh', '__proto__'),
  cpuPercent: percent,
  rssBytes: bytes,
  threads: bytes,
  openFiles: bytes,
  startedAtMs: bytes,
})
/** Of few names, so that they meet: mounts that move to another device, and such that one snapshot has twice. */
const mount = fc.record({
  mount: fc.constantFrom('/', '/var', 'constructor'),
  device: fc.constantFrom('/dev/a', '/dev/b'),
  usedPercent: percent,
  inodesUsedPercent: percent,
})
const device = fc.record({ device: fc.constantFrom('sda', 'sdb'), busyPercent: percent, readBytesPerSecond: percent })
const network = fc.record({
  name: fc.constantFrom('eth0', 'lo'),
  receivedBytesPerSecond: percent,
  sentBytesPerSecond: percent,
})
const lacking = fc.dictionary(fc.constantFrom('cpu.pressure', 'disks:/x'), fc.constantFrom('off', 'no'))
const change = fc.record({
  what: fc.constantFrom('boot' as const, 'mount-added' as const),
  subject: fc.constantFrom(undefined, '/var'),
  after: fc.constantFrom(undefined, 'a', 'b'),
})
const busy = fc
  .record({
    host: fc.constantFrom('web-1', 'web-2', '__proto__'),
    /** Three buckets: sums of three numbers and more depend on their order. */
    second: fc.nat(700),
    cpuPercent: percent,
    intervalMs: fc.constantFrom(undefined, 1_000, 60_000),
    disks: fc.array(mount, { maxLength: 4 }),
    diskIo: fc.array(device, { maxLength: 3 }),
    interfaces: fc.array(network, { maxLength: 3 }),
    top: fc.array(process, { maxLength: 8 }),
    unavailable: fc.option(lacking, { nil: undefined }),
    changes: fc.option(fc.array(change, { maxLength: 3 }), { nil: undefined }),
  })
  .map(({ host, second, cpuPercent, top, changes, ...rest }): SampleRow => {
    const atMs = startMs + second * 1_000
    const parts = { cpu: { percent: cpuPercent }, processes: { top }, ...rest }
    const snapshot = { ...makeSnapshot({ atMs }), ...parts } as SampleRow['snapshot']
    return JSON.parse(JSON.stringify({ kind: 'sample', host, atMs, snapshot, changes })) as SampleRow
  })
const blocks = fc.array(fc.array(busy, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 })

describe('an hour of columns', () => {
  it('is rolled up to the byte as its samples are, one by one', () => {
    fc.assert(
      fc.property(blocks, (rows) => {
        expectSame(lakeOf(rows))
      }),
    )
  })

  it('is so for whatever the schemas let through', () => {
    fc.assert(
      fc.property(anyBlocks, (rows) => {
        const inHour = ({ atMs }: SampleRow) => startMs + (atMs % bucketMs['1h'])
        const samples = rows.map((block) =>
          block.flatMap((row) => (row.kind === 'sample' ? [{ ...row, atMs: inHour(row) }] : [])),
        )
        expectSame(lakeOf(samples))
      }),
    )
  })

  it('is so in whatever order the parts of its samples are', () => {
    fc.assert(
      fc.property(blocks, fc.func(fc.nat()), (rows, weight) => {
        const { samples, ...parts } = lakeOf(rows)
        const shuffled = Object.entries(parts).map(([table, one]) => {
          const numbers = Array.from({ length: one.rows }, (_, row) => row)
          return [
            table,
            pickRows(
              one,
              numbers.sort((a, b) => weight(table, a) - weight(table, b)),
            ),
          ]
        })
        expectSame({ samples, ...(Object.fromEntries(shuffled) as typeof parts) })
      }),
    )
  })

  it('is so at a snapshot a second, of which a bucket counts more than a byte holds', () => {
    const rows = Array.from({ length: 1_200 }, (_, second) => sampleAt(second * 1_000, { cpuPercent: second % 7 }))
    expectSame(lakeOf([rows]))
  })

  it('keeps as few of many processes', () => {
    const top = Array.from(
      { length: 200 },
      (_, pid): ProcessSample => ({
        pid,
        name: `p${pid % 90}`,
        cpuPercent: pid / 3,
        rssBytes: (pid * 7_919) % 1_000,
      }),
    )
    const columns = expectSame(lakeOf([[sampleAt(0, { processes: { top } }), sampleAt(minuteMs, {})]]))
    expect(columns.processNames.length).toBeLessThanOrEqual(50)
  })

  it('leaves out parts whose sample is not there', () => {
    const whole = lakeOf([[sampleAt(0, {}), sampleAt(minuteMs, { cpuPercent: 9 })]])
    expectSame({ ...whole, samples: pickRows(whole.samples, [1]) })
    expectSame({ ...whole, samples: joinRows('samples', []) })
  })

  it('refuses a sample of another hour, and a value that no sketch holds', () => {
    const other = lakeOf([[sampleAt(bucketMs['1h'], {})]])
    expect(() => rolledUp(other)).toThrow(`a sample of ${startMs + bucketMs['1h']}: expected one of the hour`)
    expect(() => rolledUp(lakeOf([[sampleAt(0, { cpuPercent: -1 })]]))).toThrow('expected a finite number from 0 up')
  })
})

function rolledUp(tables: Tables) {
  return columnsOfHour({ shard: 'all', startMs, transitions: [], gaps: [] }, tables)
}

function expectSame(tables: Tables) {
  const hosts = Object.fromEntries(bucketsOfSamples(samplesOfRows(tables), bucketMs['5m']))
  const columns = rolledUp(tables)
  const expected = columnsOfRollup({ resolution: '5m', shard: 'all', startMs, hosts, transitions: [], gaps: [] })
  expect(columns).toEqual(expected)
  expect(Buffer.compare(writeRollup(columns), writeRollup(expected))).toBe(0)
  return columns
}

function lakeOf(rowsOfBlocks: readonly (readonly BlockRow[])[]): Tables {
  const rowsOf = (table: LakeTable) => {
    const builder = createRowsBuilder(table)
    for (const [block, rows] of rowsOfBlocks.entries()) {
      for (const [row, one] of rows.entries()) {
        for (const part of lakeParts(one, block + 1, row)) if (part.table === table) builder.add(part.origin, part.item)
      }
    }
    return sortRows(table, builder.build())
  }
  return {
    samples: rowsOf('samples'),
    disks: rowsOf('disks'),
    interfaces: rowsOf('interfaces'),
    processes: rowsOf('processes'),
  }
}

function sampleAt(afterMs: number, values: Omit<Parameters<typeof makeSnapshot>[0], 'atMs'>): SampleRow {
  const atMs = startMs + afterMs
  return { kind: 'sample', host: 'web-1', atMs, snapshot: makeSnapshot({ atMs, ...values }) }
}

function withoutSign(value: number): number {
  return Math.abs(value)
}
