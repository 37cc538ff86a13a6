/**
 * One table of one hour as a Parquet file, and back, with nothing lost. Numbers are DOUBLE as they were sent, whole numbers
 * INT64 and times TIMESTAMP(ms), both in DELTA_BINARY_PACKED; pages are zstd, which Athena, Spark, Trino and DuckDB read.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type KeyValue, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, parquetWrite } from 'hyparquet-writer'
import type { LakeTable } from '../../core/keys.ts'
import { type Column, type ColumnKind, lakeColumns } from '../../core/rollup/columns.ts'
import type { Cell, LakeRecord } from '../../core/rollup/tables.ts'

export interface LakeFile {
  /** Number of the last block whose rows are all in the file. */
  covers: number
  records: LakeRecord[]
}

const coversKey = 'vitals.covers'
const versionKey = 'vitals.version'
const version = '1'

/** Below this many rows zstd costs more time than it saves bytes. */
const rowsWorthCompressing = 64

export function encodeParquet(table: LakeTable, { covers, records }: LakeFile): Uint8Array {
  const columns = lakeColumns[table]
  const writer = new ByteWriter()
  const small = records.length < rowsWorthCompressing
  parquetWrite({
    writer,
    columnData: columns.map((column) => columnData(column, records)),
    schema: schemas[table],
    codec: small ? 'UNCOMPRESSED' : 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    rowGroupSize: 100_000,
    statistics: !small,
    kvMetadata: [{ key: coversKey, value: String(covers) }, { key: versionKey, value: version }, ...unitsMetadata],
    createdBy: 'vitals',
  })
  return writer.getBytes()
}

/** Throws when the bytes are no Parquet file, are damaged, or are of another version. */
export async function decodeParquet(table: LakeTable, bytes: Uint8Array): Promise<LakeFile> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const metadata = parquetMetadata(buffer)
  const covers = coversOf(metadata.key_value_metadata)
  const rows = Number(metadata.num_rows)
  const records: LakeRecord[] = Array.from({ length: rows }, () => ({}))
  const kinds = new Map(lakeColumns[table].map(({ name, kind }) => [name, kind]))
  await parquetRead({
    file: buffer,
    metadata,
    compressors: { ZSTD: decompress },
    parsers: { stringFromBytes, timestampFromMilliseconds: Number },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const kind = kinds.get(columnName)
      if (!kind) return
      for (let index = 0; index < columnData.length; index++) {
        const record = records[rowStart + index]
        const cell: unknown = columnData[index]
        if (record && cell !== null && cell !== undefined) record[columnName] = cellOf(kind, cell)
      }
    },
  })
  return { covers, records }
}

function coversOf(metadata: KeyValue[] | undefined): number {
  const values = new Map(metadata?.map(({ key, value }) => [key, value]))
  const covers = Number(values.get(coversKey))
  if (values.get(versionKey) !== version || !Number.isSafeInteger(covers)) {
    throw new Error(
      `key-value metadata: ${versionKey} ${values.get(versionKey)}, ${coversKey} ${values.get(coversKey)}: expected version ${version} and a whole number`,
    )
  }
  return covers
}

const unitsMetadata: KeyValue[] = [
  {
    key: 'vitals.units',
    value:
      'by the ending of a column: Ms milliseconds (TIMESTAMP: UTC), Percent 0 to 100 (a process: 100 is one core), Bytes, PerSecond; JSON columns hold JSON text',
  },
]

const physical: Record<ColumnKind, Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
}

const schemas: Readonly<Record<LakeTable, SchemaElement[]>> = {
  samples: schemaOf('samples'),
  disks: schemaOf('disks'),
  interfaces: schemaOf('interfaces'),
  processes: schemaOf('processes'),
  transitions: schemaOf('transitions'),
  gaps: schemaOf('gaps'),
}

function schemaOf(table: LakeTable): SchemaElement[] {
  const columns = lakeColumns[table]
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, kind, required }) => ({
      name,
      ...physical[kind],
      repetition_type: required ? ('REQUIRED' as const) : ('OPTIONAL' as const),
    })),
  ]
}

function columnData({ name, kind }: Column, records: readonly LakeRecord[]): ColumnSource {
  switch (kind) {
    case 'integer':
    case 'time':
      return {
        name,
        data: records.map((record) => bigintOf(record[name])),
        encoding: 'DELTA_BINARY_PACKED',
      }
    case 'text':
    case 'json':
    case 'number':
    case 'flag':
      return { name, data: records.map((record) => record[name]) }
  }
}

function bigintOf(cell: Cell): bigint | undefined {
  return cell === undefined ? undefined : BigInt(Number(cell))
}

function cellOf(kind: ColumnKind, cell: unknown): Cell {
  return kind === 'integer' || kind === 'time' ? Number(cell) : (cell as Cell)
}

/** A page of absent values only has no bytes, which zlib doesn't take as a limit. */
function decompress(input: Uint8Array, outputBytes: number): Uint8Array {
  return zstdDecompressSync(input, { maxOutputLength: Math.max(1, outputBytes) })
}

/** Keeps a byte order mark, which the reader's own decoder would drop. */
function stringFromBytes(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
