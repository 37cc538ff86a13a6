/** The ways to write a column's values that every reader of Parquet knows, each as the bytes of its page, not yet compressed. */
import type { Encoding } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import type { ColumnKind } from '../../core/rollup/lake-columns.ts'
import type { Cell } from '../../core/rollup/tables.ts'
import { deltaPacked } from './delta-packed.ts'

export type Present = Exclude<Cell, undefined>

export interface Pages {
  encoding: Encoding
  values: Uint8Array
  /** Its values in the encoding PLAIN, and how many. */
  dictionary?: { values: Uint8Array; count: number }
}

/** What is good for most, without a try. */
export function usualWay(kind: ColumnKind, present: readonly Present[]): Pages {
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

export function waysToWrite(kind: ColumnKind, present: readonly Present[]): [Pages, ...Pages[]] {
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
