import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../../adapters/bucket/directory.ts'
import { silentLog } from '../../../adapters/log/port.ts'
import { type LakeTable, lakePrefix, lakeTables } from '../../../core/keys.ts'
import { lakeColumns } from '../../../core/rollup/lake-columns.ts'
import type { BlockRow } from '../../../core/shard/block.ts'
import { rollupShard } from '../../../functions/rollup/rollup.ts'
import { startMs } from '../../make.ts'
import { createLog, sampleAt, shard } from '../functions/rollup/committed-log.ts'

const page = readFileSync(new URL('../../../docs/athena.md', import.meta.url), 'utf8')

/** Athena's types as DuckDB calls them. */
const duckDbNames = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const

function statementOf(table: LakeTable): string {
  const [, statement = ''] = new RegExp(`(CREATE EXTERNAL TABLE ${table} \\([^;]*;)`).exec(page) ?? []
  return statement
}

/** Name and type of each column, then those of the partitions. */
function columnsOf(table: LakeTable): [string, string][] {
  return [...statementOf(table).matchAll(/`(\w+)` (\w+)/g)].map(([, name = '', type = '']) => {
    expect(Object.keys(duckDbNames), `${table}.${name}`).toContain(type)
    return [name, duckDbNames[type as keyof typeof duckDbNames]]
  })
}

const rows: BlockRow[] = [
  sampleAt(startMs, 'web-1', { diskIo: [{ device: 'sda', busyPercent: 1 }] }),
  {
    kind: 'transition',
    host: 'web-1',
    rule: 'cpu',
    entity: 'host',
    severity: 'warning',
    from: 'pending',
    to: 'firing',
    atMs: startMs,
    decidedAtMs: startMs,
    reason: 'CPU',
  },
  { kind: 'gap', host: 'web-1', fromMs: startMs, toMs: startMs + 1, reason: 'the spool was full' },
]

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitals-athena-'))
  const bucket = await openDirectoryBucket(pathToFileURL(root).href)
  await createLog(bucket).commit(rows)
  await rollupShard({ bucket, shard, log: silentLog })
})
afterAll(() => rm(root, { recursive: true }))

it.each(lakeTables)(
  'what is written of %s has the columns and types of its statement, by hive reading',
  async (table) => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const files = `${root}/${lakePrefix(table)}*/*.parquet`
    const described = await connection.runAndReadAll(
      `describe select * from read_parquet('${files}', hive_partitioning = true, hive_types = {dt: VARCHAR})`,
    )
    const found = described.getRows().map(([name, type]) => [name, type])
    const dt = await connection.runAndReadAll(
      `select distinct dt from read_parquet('${files}', hive_partitioning = true, hive_types = {dt: VARCHAR})`,
    )
    connection.closeSync()
    instance.closeSync()
    expect(columnsOf(table)).toEqual(found)
    expect(columnsOf(table).at(-1)).toEqual(['dt', 'VARCHAR'])
    expect(dt.getRows()).toEqual([['2026-03-01']])
  },
)

it.each(lakeTables)(
  'the statement of %s has each column once, also in small letters, and points at its folder',
  (table) => {
    const names = columnsOf(table).map(([name]) => name)
    expect(names).toEqual([...lakeColumns[table].map(({ name }) => name), 'dt'])
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
    expect(statementOf(table)).toContain(`LOCATION 's3://BUCKET/${lakePrefix(table)}'`)
    expect(statementOf(table)).toContain(`= 's3://BUCKET/${lakePrefix(table)}dt=\${dt}/'`)
  },
)
