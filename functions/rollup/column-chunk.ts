/**
 * One column of a row group, as small as its values let it be: each way to write them that every reader knows is tried, and
 * the smallest taken. (BYTE_STREAM_SPLIT of doubles: Trino, and Athena with it, since 2022, github.com/trinodb/trino/pull/12809;
 * of integers only since the format's 2.11, so not here.)
 *
 * A dictionary is in ascending order. What an agent rounds to three digits are a few hundred neighbours among the doubles,
 * of which zstd finds the first bytes alike.
 */
import { constants, zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, Encoding, SchemaElement } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import type { ColumnKind } from '../../core/rollup/lake-columns.ts'
import type { Cell } from '../../core/rollup/tables.ts'
import { deltaPacked } from './delta-packed.ts'

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

type Present = Exclude<Cell, undefined>

interface Pages {
  encoding: Encoding
  values: Uint8Array
  /** Its values in the encoding PLAIN, and how many. */
  dictionary?: { values: Uint8Array; count: number }
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

function usualWay(kind: ColumnKind, present: readonly Present[]): Pages {
  switch (kind) {
    case 'number':
      return { encoding: 'PLAIN', values: plainNumbers(present) }
    case 'integer':
    case 'time':
      return { encoding: 'DELTA_BINARY_PACKED', values: deltaPacked(present as number[]) }
    case 'text':
    case 'json':
    case 'flag':
      return waysToWrite(kind, present)[0]
  }
}

function waysToWrite(kind: ColumnKind, present: readonly Present[]): [Pages, ...Pages[]] {
  switch (kind) {
    case 'text':
    case 'json':
      return [
        withDictionary(present, plainTexts) ?? {
          encoding: 'DELTA_LENGTH_BYTE_ARRAY',
          values: lengthsAndTexts(present),
        },
      ]
    case 'flag':
      return [{ encoding: 'PLAIN', values: plainFlags(present) }]
    case 'number':
      return [
        { encoding: 'PLAIN', values: plainNumbers(present) },
        { encoding: 'BYTE_STREAM_SPLIT', values: split(plainNumbers(present)) },
        ...listOf(withDictionary(present, plainNumbers)),
      ]
    case 'integer':
    case 'time':
      return [
        { encoding: 'DELTA_BINARY_PACKED', values: deltaPacked(present as number[]) },
        { encoding: 'DELTA_BINARY_PACKED', values: deltaPacked(present as number[], 'whole bytes') },
        { encoding: 'DELTA_BINARY_PACKED', values: deltaPacked(present as number[], 'same least') },
        { encoding: 'PLAIN', values: plainIntegers(present) },
        ...listOf(withDictionary(present, plainIntegers)),
      ]
  }
}

function listOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}

/** Not worth a try where most values stand once; not possible where -0 does, which no map knows from 0. */
function withDictionary(
  present: readonly Present[],
  plain: (values: readonly Present[]) => Uint8Array,
): Pages | undefined {
  const most = Math.min(present.length / 2, 2 ** 16)
  const distinct = new Set<Present>()
  for (const value of present) {
    distinct.add(value)
    if (distinct.size > most || Object.is(value, -0)) return undefined
  }
  if (distinct.size === 0) return undefined
  const values = [...distinct].sort((a, b) => (a < b ? -1 : 1))
  const indexes = new Map(values.map((value, index) => [value, index]))
  const bitWidth = Math.ceil(Math.log2(values.length))
  const writer = new ByteWriter()
  writer.appendUint8(bitWidth)
  const numbers = new Int32Array(present.length)
  for (let row = 0; row < present.length; row++) numbers[row] = indexes.get(present[row] ?? 0) ?? 0
  writeRleBitPackedHybrid(writer, numbers, bitWidth)
  return {
    encoding: 'RLE_DICTIONARY',
    values: writer.getBytes(),
    dictionary: { values: plain(values), count: values.length },
  }
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

function plainTexts(values: readonly Present[]): Uint8Array {
  const texts = values.map((value) => Buffer.from(String(value), 'utf8'))
  const bytes = Buffer.alloc(texts.reduce((sum, { length }) => sum + 4 + length, 0))
  let at = 0
  for (const text of texts) {
    at = bytes.writeUInt32LE(text.length, at)
    at += text.copy(bytes, at)
  }
  return bytes
}

function lengthsAndTexts(values: readonly Present[]): Uint8Array {
  const texts = values.map((value) => Buffer.from(String(value), 'utf8'))
  return Buffer.concat([deltaPacked(texts.map(({ length }) => length)), ...texts])
}

function plainFlags(values: readonly Present[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8))
  for (const [index, value] of values.entries()) {
    if (value) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  }
  return bytes
}

function plainNumbers(values: readonly Present[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8))
  for (let index = 0; index < values.length; index++) bytes.setFloat64(index * 8, Number(values[index]), true)
  return new Uint8Array(bytes.buffer)
}

/** Two halves, each exact, since no number here is beyond 2^53. */
function plainIntegers(values: readonly Present[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8))
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index])
    const high = Math.floor(value / 2 ** 32)
    bytes.setUint32(index * 8, value - high * 2 ** 32, true)
    bytes.setInt32(index * 8 + 4, high, true)
  }
  return new Uint8Array(bytes.buffer)
}

function split(values: Uint8Array): Uint8Array {
  const count = values.length / 8
  const bytes = new Uint8Array(values.length)
  for (let index = 0; index < values.length; index++) bytes[(index & 7) * count + (index >> 3)] = values[index] ?? 0
  return bytes
}
