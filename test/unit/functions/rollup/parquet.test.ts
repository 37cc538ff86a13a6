import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { lakeTables } from '../../../../core/keys.ts'
import { type ColumnKind, lakeColumns } from '../../../../core/rollup/lake-columns.ts'
import { rowsOfRecords } from '../../../../core/rollup/lake-rows.ts'
import type { Cell, LakeRecord } from '../../../../core/rollup/tables.ts'
import { decodeParquet, encodeParquet, writeParquet } from '../../../../functions/rollup/parquet.ts'

const cells: Record<ColumnKind, fc.Arbitrary<Cell>> = {
  text: fc.oneof(
    fc.string(),
    fc.constantFrom('\ufeffbom', '<script>', '日本', '\u0000'),
    fc.string({ unit: 'grapheme' }),
  ),
  json: fc.json(),
  integer: fc.maxSafeInteger(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  flag: fc.boolean(),
  time: fc.integer({ min: 0, max: 4e12 }),
}

describe.each(lakeTables)('the table %s as Parquet', (table) => {
  const record: fc.Arbitrary<LakeRecord> = fc
    .tuple(
      ...lakeColumns[table].map(({ kind, required }) =>
        required ? cells[kind] : fc.option(cells[kind], { nil: undefined }),
      ),
    )
    .map((row) =>
      Object.fromEntries(
        lakeColumns[table]
          .map(({ name }, index) => [name, row[index]] as const)
          .filter(([, cell]) => cell !== undefined),
      ),
    )

  it('comes back with every value as it was, absent ones absent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 90 }), fc.maxSafeNat(), async (records, covers) => {
        const file = await decodeParquet(table, encodeParquet(table, { covers, records }))
        expect(file).toEqual({ covers, records })
      }),
      { numRuns: 25 },
    )
  })
})

describe('a Parquet file of the lake', () => {
  const records = Array.from({ length: 100 }, (_, index) => ({
    host: 'web-1',
    atMs: 1_772_366_400_000 + index * 60_000,
    block: index,
    row: 0,
    observedAtMs: 1,
    intervalMs: 60_000,
    cpuPercent: index / 2,
    memoryTotalBytes: 2 ** 40,
  }))

  it('has typed columns that any reader understands', async () => {
    const bytes = encodeParquet('samples', { covers: 99, records })
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    const metadata = parquetMetadata(file)
    const types = Object.fromEntries(
      parquetSchema(metadata).children.map(({ element: { name, type, converted_type, repetition_type } }) => [
        name,
        [type, converted_type, repetition_type],
      ]),
    )
    expect(types).toMatchObject({
      host: ['BYTE_ARRAY', 'UTF8', 'REQUIRED'],
      atMs: ['INT64', 'TIMESTAMP_MILLIS', 'REQUIRED'],
      cpuPercent: ['DOUBLE', undefined, 'OPTIONAL'],
      memoryTotalBytes: ['INT64', undefined, 'OPTIONAL'],
    })
    expect(metadata.key_value_metadata?.map(({ key }) => key)).toEqual([
      'vitals.covers',
      'vitals.version',
      'vitals.units',
      'vitals.rest',
    ])
    const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) }
    const [row] = await parquetReadObjects({ file, compressors })
    expect(row).toMatchObject({ host: 'web-1', atMs: new Date(1_772_366_400_000), memoryTotalBytes: 2n ** 40n })
    expect(row?.cpuStealPercent ?? null).toBeNull()
  })

  it('comes back when most of its columns have no value at all', async () => {
    expect(await decodeParquet('samples', encodeParquet('samples', { covers: 99, records }))).toEqual({
      covers: 99,
      records,
    })
  })

  it.each([true, false])('comes back whatever its columns are best written as (goes on: %s)', async (goesOn) => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({
      host: 'web-1',
      name: index % 2 === 0 ? 'eth0' : `veth-${index}`,
      atMs: 1_772_366_400_000 + index * 60_000 + (index % 3),
      block: index,
      row: index % 2 === 0 ? 2 ** 53 - 1 : 1 - 2 ** 53,
      receivedBytesPerSecond: Math.round(1e6 * Math.abs(Math.sin(index))),
      sentBytesPerSecond: Number((7 + Math.sin(index)).toPrecision(3)),
      receivedPacketsPerSecond: index % 5 === 0 ? -0 : 0,
      ...(index % 7 === 0 ? { sentPacketsPerSecond: 1 / (index + 1) } : {}),
      receiveErrorsPerSecond: 0,
    }))
    const bytes = writeParquet('interfaces', 1, [{ content: rowsOfRecords('interfaces', many), goesOn }])
    expect(await decodeParquet('interfaces', bytes)).toEqual({ covers: 1, records: many })
  })

  it('is refused when it is cut, empty or another program’s', async () => {
    const bytes = encodeParquet('samples', { covers: 99, records })
    await expect(decodeParquet('samples', bytes.subarray(0, -20))).rejects.toThrow()
    await expect(decodeParquet('samples', new Uint8Array())).rejects.toThrow()
    const middle = Uint8Array.from(bytes)
    middle.fill(0xff, 200, 900)
    await expect(decodeParquet('samples', middle)).rejects.toThrow()
  })
})
