/**
 * One table of one day as a Parquet file, and back, with nothing lost. A file is row groups of whole hours, in the order of
 * time: those of which nothing changes are taken over byte by byte.
 *
 * Numbers are DOUBLE as they were sent, whole numbers INT64 and times TIMESTAMP(ms), both in DELTA_BINARY_PACKED; pages are
 * zstd, which Athena, Spark, Trino and DuckDB read.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  type FileMetaData,
  type KeyValue,
  parquetMetadata,
  parquetRead,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import type { LakeTable } from '../../core/keys.ts'
import { type Column, type ColumnKind, lakeColumns, lakeTime } from '../../core/rollup/columns.ts'
import type { Cell, LakeRecord } from '../../core/rollup/tables.ts'

export interface LakeFile {
  /** Number of the last block whose rows are all in the file. */
  covers: number
  records: LakeRecord[]
}

/** A row group of a file that is there. */
export interface StoredGroup {
  rows: number
  /** Event times of its first and its last row. */
  firstMs: number
  lastMs: number
  read(): Promise<LakeRecord[]>
  /** As it stands in its file. */
  rowGroup: RowGroup
  bytes: Uint8Array
}

export interface ParquetFile {
  covers: number
  groups: StoredGroup[]
}

const coversKey = 'vitals.covers'
const versionKey = 'vitals.version'
const version = '1'

/** Below this many rows zstd costs more time than it saves bytes. */
const rowsWorthCompressing = 64

/** Throws when the bytes are no Parquet file, are cut, or are of another version. */
export function openParquet(table: LakeTable, bytes: Uint8Array): ParquetFile {
  const file = bufferOf(bytes)
  const metadata = parquetMetadata(file, { parsers })
  const covers = coversOf(metadata.key_value_metadata)
  return { covers, groups: metadata.row_groups.map((rowGroup) => storedGroup(table, file, metadata, rowGroup)) }
}

/** Records are a new group; their order stays. */
export function writeParquet(
  table: LakeTable,
  covers: number,
  groups: readonly (StoredGroup | readonly LakeRecord[])[],
): Uint8Array {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({
    writer,
    schema: schemas[table],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    statistics: false,
    kvMetadata: [{ key: coversKey, value: String(covers) }, { key: versionKey, value: version }, ...unitsMetadata],
    createdBy: 'vitals',
  })
  for (const group of groups) {
    if ('rowGroup' in group) {
      const moved = movedBy(group.rowGroup, BigInt(writer.offset) - startOf(group.rowGroup))
      writer.appendBytes(group.bytes)
      parquet.row_groups.push(moved)
      parquet.num_rows += moved.num_rows
    } else if (group.length > 0) {
      parquet.write({ columnData: columnsOf(table, group), rowGroupSize: group.length })
    }
  }
  parquet.finish()
  return writer.getBytes()
}

/** The whole as one group. */
export function encodeParquet(table: LakeTable, { covers, records }: LakeFile): Uint8Array {
  return writeParquet(table, covers, [records])
}

/** Throws when the bytes are no Parquet file, are damaged, or are of another version. */
export async function decodeParquet(table: LakeTable, bytes: Uint8Array): Promise<LakeFile> {
  const { covers, groups } = openParquet(table, bytes)
  const records: LakeRecord[] = []
  for (const group of groups) for (const record of await group.read()) records.push(record)
  return { covers, records }
}

/** Only what lies among other bytes is copied. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.byteLength === byteLength
    ? (buffer as ArrayBuffer)
    : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer)
}

function storedGroup(table: LakeTable, file: ArrayBuffer, metadata: FileMetaData, rowGroup: RowGroup): StoredGroup {
  const start = Number(startOf(rowGroup))
  const bytes = new Uint8Array(file, start, Number(rowGroup.total_compressed_size))
  const { min_value, max_value } =
    rowGroup.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === lakeTime(table))?.meta_data?.statistics ??
    {}
  const [firstMs, lastMs] = [Number(min_value), Number(max_value)]
  if (!Number.isSafeInteger(firstMs) || !Number.isSafeInteger(lastMs)) {
    throw new Error(`a row group tells no times of ${lakeTime(table)}: found ${min_value} to ${max_value}`)
  }
  const rows = Number(rowGroup.num_rows)
  const read = () => readRecords(table, file, { ...metadata, num_rows: rowGroup.num_rows, row_groups: [rowGroup] })
  return { rows, firstMs, lastMs, read, rowGroup, bytes }
}

async function readRecords(table: LakeTable, file: ArrayBuffer, metadata: FileMetaData): Promise<LakeRecord[]> {
  const records: LakeRecord[] = Array.from({ length: Number(metadata.num_rows) }, () => ({}))
  const kinds = new Map(lakeColumns[table].map(({ name, kind }) => [name, kind]))
  await parquetRead({
    file,
    metadata,
    compressors: { ZSTD: decompress },
    parsers,
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
  return records
}

function startOf({ columns }: RowGroup): bigint {
  const first = columns[0]?.meta_data
  if (!first) throw new Error('a row group has no columns')
  return first.dictionary_page_offset ?? first.data_page_offset
}

function movedBy(rowGroup: RowGroup, bytes: bigint): RowGroup {
  return {
    ...rowGroup,
    columns: rowGroup.columns.map((column) => ({
      ...column,
      file_offset: column.file_offset + bytes,
      ...(column.meta_data && {
        meta_data: {
          ...column.meta_data,
          data_page_offset: column.meta_data.data_page_offset + bytes,
          ...(column.meta_data.dictionary_page_offset !== undefined && {
            dictionary_page_offset: column.meta_data.dictionary_page_offset + bytes,
          }),
        },
      }),
    })),
  }
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

/** Readers skip groups by the time alone: its bounds are all that is worth their bytes. */
function columnsOf(table: LakeTable, records: readonly LakeRecord[]): ColumnSource[] {
  const codec = records.length < rowsWorthCompressing ? ('UNCOMPRESSED' as const) : ('ZSTD' as const)
  return lakeColumns[table].map((column) => ({
    ...columnData(column, records),
    codec,
    statistics: column.name === lakeTime(table),
    offsetIndex: false,
  }))
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

/** Times stay what they are in the file; text keeps a byte order mark, which the reader's own decoder would drop. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  stringFromBytes: (bytes: Uint8Array | undefined) =>
    bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
}
