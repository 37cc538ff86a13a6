/**
 * One column of a row group, as small as its values let it be: each way to write them that every reader knows is tried, and
 * the smallest taken. (BYTE_STREAM_SPLIT of doubles: Trino, and Athena with it, since 2022, github.com/trinodb/trino/pull/12809;
 * of integers only since the format's 2.11, so not here.)
 *
 * A dictionary is in ascending order. What an agent rounds to three digits are a few hundred neighbours among the doubles,
 * of which zstd finds the first bytes alike.
 */
import { constants, zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, SchemaElement } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import type { ColumnKind } from '../../core/rollup/lake-columns.ts'
import type { Cell } from '../../core/rollup/tables.ts'
import { type Pages, type Present, usualWay, waysToWrite } from './column-values.ts'

export interface ColumnToWrite {
  name: string
  kind: ColumnKind
  required: boolean
  rows: number
  /** One a row; undefined: no row has a value. */
  cells: readonly Cell[] | undefined
  /** What is written again soon is not worth the time that its last fifth takes. */
  effort: 'fast' | 'small'
  /** Whether readers are told the least and the greatest value, which are whole numbers. */
  bounds: boolean
}

export const physicalTypes: Readonly<Record<ColumnKind, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
}

/** Appends the pages; what the footer must say of them is returned. */
export function writeColumnChunk(writer: ByteWriter, column: ColumnToWrite): ColumnChunk {
  const { name, kind, required, rows, cells = [], effort, bounds } = column
  const present = required ? (cells as readonly Present[]) : cells.filter((cell) => cell !== undefined)
  const compress = compressors[effort]
  const { encoding, values, dictionary } =
    effort === 'fast' ? usualWay(kind, present) : smallest(waysToWrite(kind, present))
  const start = writer.offset
  let uncompressedBytes = 0
  if (dictionary) {
    const compressed = compress(dictionary.values)
    writePageHeader(writer, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: dictionary.values.length,
      compressed_page_size: compressed.length,
      dictionary_page_header: { num_values: dictionary.count, encoding: 'PLAIN' },
    })
    uncompressedBytes += writer.offset - start + dictionary.values.length
    writer.appendBytes(compressed)
  }
  const levels = required ? new Uint8Array() : definitionLevels(cells, rows, present.length)
  const compressed = compress(values)
  const isCompressed = compressed.length < values.length
  const page = isCompressed ? compressed : values
  const pageStart = writer.offset
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + page.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: rows - present.length,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: isCompressed,
    },
  })
  uncompressedBytes += writer.offset - pageStart + levels.length + values.length
  writer.appendBytes(levels)
  writer.appendBytes(page)
  return {
    // As the format asks for: the column's metadata stands in the footer alone.
    file_offset: 0n,
    meta_data: {
      type: physicalTypes[kind].type ?? 'BYTE_ARRAY',
      encodings: dictionary ? ['PLAIN', encoding] : [encoding],
      path_in_schema: [name],
      codec: 'ZSTD',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(uncompressedBytes),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(pageStart),
      ...(dictionary ? { dictionary_page_offset: BigInt(start) } : {}),
      ...(bounds ? { statistics: boundsOf(present as number[]) } : {}),
    },
  }
}

/** As a fast compressor sees large ones: the slow one is asked for the way that is taken. */
function smallest(ways: readonly [Pages, ...Pages[]]): Pages {
  const plainBytes = Math.max(...ways.map(({ values }) => values.length))
  if (ways.length === 1 || ways[0].values.length <= bytesWorthTrying) return ways[0]
  const tried = compressors[plainBytes <= bytesTriedSlowly ? 'small' : 'trial']
  const sizeOf = ({ values, dictionary }: Pages) =>
    tried(values).length + (dictionary ? tried(dictionary.values).length + dictionaryHeaderBytes : 0)
  return ways.map((way) => ({ way, size: sizeOf(way) })).reduce((a, b) => (b.size < a.size ? b : a)).way
}

/** Of a page, and what the footer says of it. */
const dictionaryHeaderBytes = 20
/** A column of a host's day. */
const bytesTriedSlowly = 64 * 1024
const bytesWorthTrying = 128
/** Levels of zstd. */
const compressors = { fast: zstd(1), trial: zstd(3), small: zstd(19) }

function zstd(level: number): (bytes: Uint8Array) => Uint8Array {
  const options = { params: { [constants.ZSTD_c_compressionLevel]: level } }
  return (bytes) => zstdCompressSync(bytes, options)
}

function definitionLevels(cells: readonly Cell[], rows: number, present: number): Uint8Array {
  const writer = new ByteWriter()
  if (present === 0 || present === rows) {
    // One run: its length, and its level.
    writer.appendVarInt(rows * 2)
    writer.appendUint8(present === 0 ? 0 : 1)
  } else {
    const levels = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) levels[row] = cells[row] === undefined ? 0 : 1
    writeRleBitPackedHybrid(writer, levels, 1)
  }
  return writer.getBytes()
}

function boundsOf(values: readonly number[]): { min_value: bigint; max_value: bigint; null_count: bigint } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min_value: BigInt(min), max_value: BigInt(max), null_count: 0n }
}
