import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lakeColumns } from '../../../../core/rollup/lake-columns.ts'
import { rowsOfRecords } from '../../../../core/rollup/lake-rows.ts'
import type { LakeRecord } from '../../../../core/rollup/tables.ts'
import { openParquet, writeParquet } from '../../../../functions/rollup/parquet.ts'

const dayMs = Date.UTC(2026, 1, 3)
const columns = lakeColumns.processes
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-duckdb-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** Values of every kind; some columns sometimes, some never. */
function recordAt(index: number): LakeRecord {
  return {
    host: 'wéb-1',
    name: index % 3 === 0 ? 'postgres' : `job-${index}`,
    atMs: dayMs + index * 60_000,
    block: index,
    row: index % 7,
    pid: 700 + (index % 11),
    cpuPercent: Number((((index * 7_919) % 1_000) / 7).toPrecision(3)),
    rssBytes: 2 ** 40 + index * 4_096,
    ...(index % 2 === 0 ? { threads: index % 5, user: 'app' } : {}),
    ...(index % 5 === 0 ? { openFiles: index ** 4 - 2 ** 45, readBytesPerSecond: index === 0 ? -0 : 1 / index } : {}),
    startedAtMs: 1_700_000_000_000,
  }
}

it('a file whose first groups were taken over from another is read by DuckDB, value for value', async () => {
  const records = Array.from({ length: 1_400 }, (_, index) => recordAt(index))
  const parts = [records.slice(0, 600), records.slice(600, 630), records.slice(630)]
  const groups = parts.map((part, index) => ({ content: rowsOfRecords('processes', part), goesOn: index === 2 }))
  const before = openParquet('processes', writeParquet('processes', 1, groups.slice(0, 2)))
  const path = join(directory, 'day.parquet')
  await writeFile(path, writeParquet('processes', 2, [...before.groups, ...groups.slice(2)]))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const names = columns.map(({ name, kind }) => (kind === 'time' ? `epoch_ms("${name}")` : `"${name}"`)).join(', ')
  const rows = (await connection.runAndReadAll(`select ${names} from '${path}' order by block`)).getRows()
  const found = rows.map((row) =>
    Object.fromEntries(
      columns.flatMap(({ name }, index) => {
        const value = row[index]
        return value === null ? [] : [[name, typeof value === 'bigint' ? Number(value) : value]]
      }),
    ),
  )
  expect(found).toEqual(records)
  const times = await connection.runAndReadAll(
    `select row_group_id, stats_min_value from parquet_metadata('${path}') where path_in_schema = 'atMs' order by 1`,
  )
  expect(times.getRows().map(([group, min]) => `${group} ${min}`)).toEqual([
    expect.stringMatching(/^0 2026-02-03 00:00:00/),
    expect.stringMatching(/^1 2026-02-03 10:00:00/),
    expect.stringMatching(/^2 2026-02-03 10:30:00/),
  ])
  connection.closeSync()
  instance.closeSync()
})
