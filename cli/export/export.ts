/** A table of the lake, object by object, into one file. DuckDB is not needed. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { LakeTable, ShardCount } from '../../core/keys.ts'
import { lakeTime } from '../../core/rollup/lake-columns.ts'
import { recordsOfRows } from '../../core/rollup/lake-rows.ts'
import type { LakeRecord } from '../../core/rollup/tables.ts'
import { encodeParquet, openParquet, type StoredGroup, writeParquet } from '../../functions/rollup/parquet.ts'
import { listLakeObjects } from '../lake/files.ts'
import type { LakeRange } from '../lake/period.ts'
import type { Sink } from '../lake/sink.ts'
import { type LineFormat, lineEncoder } from './encode.ts'

export const exportFormats = ['csv', 'ndjson', 'parquet'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportOptions {
  bucket: Bucket
  shardCount: ShardCount
  table: LakeTable
  range: LakeRange
  format: ExportFormat
  sink: Sink
  signal: AbortSignal
  onProgress(done: { files: number; of: number; rows: number }): void
  onDamaged(damaged: { key: string; reason: string }): void
}

/** Resolves to the number of rows. Days follow each other; within one the order is the lake's, by host. */
export async function exportLake(options: ExportOptions): Promise<number> {
  const { table, format, sink } = options
  const add = format === 'parquet' ? parquetAdder(table) : lineAdder(format, options)
  let rows = 0
  await sink.write(add.head)
  for await (const records of recordGroups(options, () => rows)) {
    rows += records.length
    await add.records(records)
  }
  await sink.write(add.rest())
  return rows
}

/** Of each row group what is asked for. A file is read whole before the first of its groups is given. */
async function* recordGroups(options: ExportOptions, rowsSoFar: () => number): AsyncGenerator<LakeRecord[]> {
  const { bucket, table, range, signal, onProgress, onDamaged } = options
  const objects = await listLakeObjects({ ...options, tables: [table] })
  for (const [files, { key }] of objects.entries()) {
    signal.throwIfAborted()
    const body = (await bucket.get(key))?.body
    if (!body) continue
    const wanted: LakeRecord[][] = []
    try {
      for (const group of openParquet(table, body).groups) {
        if (group.firstMs < range.toMs && group.lastMs >= range.fromMs) {
          const records = recordsOfRows(table, await group.read())
          wanted.push(records.filter((record) => isWanted(table, range, record)))
        }
      }
    } catch (error) {
      onDamaged({ key, reason: (error as Error).message })
      continue
    }
    for (const records of wanted) if (records.length > 0) yield records
    onProgress({ files: files + 1, of: objects.length, rows: rowsSoFar() })
  }
}

function isWanted(table: LakeTable, { fromMs, toMs, hosts }: LakeRange, record: LakeRecord): boolean {
  const atMs = Number(record[lakeTime(table)])
  return atMs >= fromMs && atMs < toMs && (hosts === undefined || hosts.includes(String(record.host)))
}

interface Adder {
  head: string
  records(records: readonly LakeRecord[]): Promise<void>
  rest(): Uint8Array | string
}

const linesAtOnce = 1_000

function lineAdder(format: LineFormat, { table, sink }: ExportOptions): Adder {
  const { head, line } = lineEncoder(format, table)
  return {
    head,
    records: async (records) => {
      for (let start = 0; start < records.length; start += linesAtOnce) {
        await sink.write(
          records
            .slice(start, start + linesAtOnce)
            .map(line)
            .join(''),
        )
      }
    },
    rest: () => '',
  }
}

/** Holds its row groups encoded: some 150 bytes a snapshot. */
function parquetAdder(table: LakeTable): Adder {
  const groups: StoredGroup[] = []
  return {
    head: '',
    records: async (records) => {
      groups.push(...openParquet(table, encodeParquet(table, { covers: 0, records: [...records] })).groups)
    },
    rest: () => writeParquet(table, 0, groups),
  }
}
