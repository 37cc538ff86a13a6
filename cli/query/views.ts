/** The tables of the lake as views of DuckDB. */
import { quoted } from '../../adapters/duckdb/run.ts'
import { type LakeTable, lakeTables } from '../../core/keys.ts'
import { type ColumnKind, lakeTime } from '../../core/rollup/lake-columns.ts'
import { shownColumns } from '../lake/columns.ts'
import type { LakeRange } from '../lake/period.ts'

/** As DuckDB reads what the lake has. */
export const duckDbTypes: Readonly<Record<ColumnKind, string>> = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  flag: 'BOOLEAN',
  time: 'TIMESTAMP',
}

/** Of the rest of the text it is not known whether it is a table's name: a table more is read, none less. */
export function tablesIn(sql: string): LakeTable[] {
  const words = new Set(sql.toLowerCase().match(/\w+/g))
  return lakeTables.filter((table) => words.has(table))
}

/** Statements that make each table a view of that name: of the range and its hosts only. No file: a view without rows. */
export function viewsOf(paths: ReadonlyMap<LakeTable, readonly string[]>, range: LakeRange): string[] {
  return lakeTables.map((table) => {
    const files = paths.get(table) ?? []
    const body = files.length === 0 ? `${emptyColumns(table)} where false` : rowsOf(table, files, range)
    return `create view ${table} as select ${body}`
  })
}

function rowsOf(table: LakeTable, files: readonly string[], { fromMs, toMs, hosts }: LakeRange): string {
  const names = shownColumns(table)
    .map(({ name, sql }) => `${sql} as "${name}"`)
    .join(', ')
  const source = `read_parquet([${files.map(quoted).join(', ')}], hive_partitioning = true, hive_types = {dt: DATE})`
  const time = `"${lakeTime(table)}"`
  const ofHosts = hosts ? ` and host in (${hosts.map(quoted).join(', ')})` : ''
  return `${names}, dt from ${source} where ${time} >= ${timestamp(fromMs)} and ${time} < ${timestamp(toMs)}${ofHosts}`
}

function emptyColumns(table: LakeTable): string {
  const columns = shownColumns(table).map(({ name, kind }) => `null::${duckDbTypes[kind]} as "${name}"`)
  return [...columns, 'null::DATE as dt'].join(', ')
}

function timestamp(atMs: number): string {
  return `make_timestamp(${Math.trunc(atMs)} * 1000)`
}
