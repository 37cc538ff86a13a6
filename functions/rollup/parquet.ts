/**
 * One table of one day as a Parquet file, and back, with nothing lost. A file is row groups of whole hours, in the order of
 * time: those of which nothing changes are taken over byte by byte.
 *
 * Numbers are DOUBLE as they were sent, whole numbers INT64 and times TIMESTAMP(ms); pages are zstd, which Athena, Spark,
 * Trino, pyarrow and DuckDB read.
 */
import { zstdDecompressSync } from 'node:zlib'
import { type FileMetaData, parquetMetadata, parquetRead, type RowGroup } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { LakeTable } from '../../core/keys.ts'
import { lakeColumns, lakeTime } from '../../core/rollup/lake-columns.ts'
import { type LakeRows, recordsOfRows, rowsOfRecords } from '../../core/rollup/lake-rows.ts'
import type { Cell, LakeRecord } from '../../core/rollup/tables.ts'
import { writeColumnChunk } from './column-chunk.ts'
import type { NewGroup } from './hour-groups.ts'
import { coversOf, keyValues, schemas } from './parquet-footer.ts'

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
  read(): Promise<LakeRows>
  /** As it stands in its file. */
  rowGroup: RowGroup
  bytes: Uint8Array
}

export interface ParquetFile {
  covers: number
  groups: StoredGroup[]
}

/** Throws when the bytes are no Parquet file, are cut, or are of another version: a `NewerVersionError` of a newer one. */
export function openParquet(table: LakeTable, bytes: Uint8Array): ParquetFile {
  const file = bufferOf(bytes)
  const metadata = parquetMetadata(file, { parsers })
  const covers = coversOf(metadata.key_value_metadata)
  return { covers, groups: metadata.row_groups.map((rowGroup) => storedGroup(table, file, metadata, rowGroup)) }
}

/** The rows of new groups stay in their order. */
export function writeParquet(
  table: LakeTable,
  covers: number,
  groups: readonly (StoredGroup | NewGroup)[],
): Uint8Array {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({
    writer,
    schema: schemas[table],
    kvMetadata: keyValues(table, covers),
    createdBy: 'vitals',
  })
  for (const group of groups) {
    if ('content' in group && group.content.rows === 0) continue
    const rowGroup = 'content' in group ? newGroup(writer, table, group) : takeOver(writer, group)
    parquet.row_groups.push(rowGroup)
    parquet.num_rows += rowGroup.num_rows
  }
  parquet.finish()
  return writer.getBytes()
}

/** The whole as one group. */
export function encodeParquet(table: LakeTable, { covers, records }: LakeFile): Uint8Array {
  return writeParquet(table, covers, [{ content: rowsOfRecords(table, records), goesOn: false }])
}

/** Throws when the bytes are no Parquet file, are damaged, or are of another version. */
export async function decodeParquet(table: LakeTable, bytes: Uint8Array): Promise<LakeFile> {
  const { covers, groups } = openParquet(table, bytes)
  const records: LakeRecord[] = []
  for (const group of groups) {
    for (const record of recordsOfRows(table, await group.read())) records.push(record)
  }
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
  const read = () => readRows(table, file, { ...metadata, num_rows: rowGroup.num_rows, row_groups: [rowGroup] })
  return { rows, firstMs, lastMs, read, rowGroup, bytes }
}

async function readRows(table: LakeTable, file: ArrayBuffer, metadata: FileMetaData): Promise<LakeRows> {
  const rows = Number(metadata.num_rows)
  const numbers = new Map(lakeColumns[table].map(({ name }, number) => [name, number]))
  const columns: (Cell[] | undefined)[] = lakeColumns[table].map(() => undefined)
  await parquetRead({
    file,
    metadata,
    compressors: { ZSTD: decompress },
    parsers,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const number = numbers.get(columnName)
      if (number === undefined) return
      let cells = columns[number]
      for (let index = 0; index < columnData.length; index++) {
        const cell: unknown = columnData[index]
        if (cell === null || cell === undefined) continue
        cells ??= new Array<Cell>(rows).fill(undefined)
        cells[rowStart + index] = typeof cell === 'bigint' ? Number(cell) : (cell as Cell)
      }
      columns[number] = cells
    },
  })
  return { rows, columns }
}

function takeOver(writer: ByteWriter, { rowGroup, bytes }: StoredGroup): RowGroup {
  const moved = movedBy(rowGroup, BigInt(writer.offset) - startOf(rowGroup))
  writer.appendBytes(bytes)
  return moved
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

/** Readers skip groups by the time alone: its bounds are all that is worth their bytes. */
function newGroup(writer: ByteWriter, table: LakeTable, { content, goesOn }: NewGroup): RowGroup {
  const start = writer.offset
  const columns = lakeColumns[table].map(({ name, kind, required }, number) =>
    writeColumnChunk(writer, {
      name,
      kind,
      required,
      rows: content.rows,
      cells: content.columns[number],
      effort: goesOn ? 'fast' : 'small',
      bounds: name === lakeTime(table),
    }),
  )
  return {
    columns,
    num_rows: BigInt(content.rows),
    total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
    total_compressed_size: BigInt(writer.offset - start),
  }
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
