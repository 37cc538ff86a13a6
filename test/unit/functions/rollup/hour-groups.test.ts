import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOfRecords } from '../../../../core/rollup/lake-rows.ts'
import type { LakeRecord } from '../../../../core/rollup/tables.ts'
import { regroup, rowsOfGroup } from '../../../../functions/rollup/hour-groups.ts'
import { decodeParquet, openParquet, type ParquetFile, writeParquet } from '../../../../functions/rollup/parquet.ts'

const table = 'interfaces'
const hourMs = 3_600_000
const dayMs = Date.UTC(2026, 1, 3)

interface Addition {
  hour: number
  rows: number
}

function recordsOf({ hour, rows }: Addition, block: number): LakeRecord[] {
  return Array.from({ length: rows }, (_, row) => ({
    host: 'web-1',
    name: 'eth0',
    atMs: dayMs + hour * hourMs + row,
    block,
    row,
  }))
}

async function add(file: ParquetFile, records: readonly LakeRecord[]): Promise<ParquetFile> {
  const groups = await regroup({ table, groups: file.groups, fresh: rowsOfRecords(table, records) })
  return openParquet(table, writeParquet(table, 1, groups))
}

async function fileOf(additions: readonly Addition[]): Promise<ParquetFile> {
  let file: ParquetFile = { covers: 0, groups: [] }
  for (const [index, addition] of additions.entries()) file = await add(file, recordsOf(addition, index))
  return file
}

const hoursIn = ({ groups }: ParquetFile) =>
  groups.map(({ firstMs, lastMs }) => [firstMs, lastMs].map((atMs) => Math.floor((atMs - dayMs) / hourMs)))

describe('the row groups of a day', () => {
  it('hold every row once, in whole hours, in the order of time, and no more than fit unless an hour alone does', async () => {
    const addition = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      rows: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(rowsOfGroup / 2, rowsOfGroup)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(addition, { minLength: 1, maxLength: 6 }), async (additions) => {
        const file = await fileOf(additions)
        const { records: rows } = await decodeParquet(table, writeParquet(table, 1, file.groups))
        const expected = additions.flatMap(recordsOf)
        const ids = (records: readonly LakeRecord[]) => records.map(({ block, row }) => `${block}/${row}`).sort()
        expect(ids(rows)).toEqual(ids(expected))
        const hours = hoursIn(file).flat()
        expect(hours).toEqual(hours.toSorted((a, b) => a - b))
        for (const [index, [, last]] of hoursIn(file).entries()) expect(hoursIn(file)[index + 1]?.[0]).not.toBe(last)
        for (const [index, { rows: held }] of file.groups.entries()) {
          const [first, last] = hoursIn(file)[index] ?? []
          if (held > rowsOfGroup) expect(first).toBe(last)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('keep the hour that goes on apart, and take it in when the next one begins or the day ends', async () => {
    const hours = (...list: number[]) => list.map((hour) => ({ hour, rows: 10 }))
    expect(hoursIn(await fileOf(hours(0, 1, 2)))).toEqual([
      [0, 1],
      [2, 2],
    ])
    expect(hoursIn(await fileOf(hours(0, 1, 2, 2, 3)))).toEqual([
      [0, 2],
      [3, 3],
    ])
    expect(hoursIn(await fileOf(hours(0, 1, 22, 23)))).toEqual([[0, 23]])
  })

  it('are taken over byte by byte where nothing is added to them', async () => {
    const file = await fileOf([0, 1, 2].map((hour) => ({ hour, rows: rowsOfGroup / 2 + 1 })))
    const added = await add(file, recordsOf({ hour: 2, rows: 3 }, 9))
    expect(added.groups).toHaveLength(3)
    for (const index of [0, 1]) {
      expect(Buffer.compare(added.groups[index]?.bytes ?? Buffer.of(), file.groups[index]?.bytes ?? Buffer.of(1))).toBe(
        0,
      )
      expect(await added.groups[index]?.read()).toEqual(await file.groups[index]?.read())
    }
    expect(added.groups[2]?.rows).toBe(rowsOfGroup / 2 + 4)
  })
})
