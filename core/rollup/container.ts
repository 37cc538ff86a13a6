/**
 * Columns of numbers behind a head of JSON, as bytes: a mark, the length of the head, the head, and the columns one after the
 * other, each at a multiple of 8, little-endian. Reading copies nothing: the columns are views of the bytes.
 */

import { refuseNewer } from '../newer-version.ts'

const columnTypes = { u8: Uint8Array, i16: Int16Array, u32: Uint32Array, f64: Float64Array } as const

export type ColumnType = keyof typeof columnTypes
/** Names of columns and what they hold. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>
export type Columns<Types extends ColumnTypes> = {
  -readonly [Name in keyof Types]: InstanceType<(typeof columnTypes)[Types[Name]]>
}

/** `VCOL`, and the version of the layout. */
const name = [0x56, 0x43, 0x4f, 0x4c]
const layout = 1
const mark = [...name, layout, 0, 0, 0]
const prefixBytes = 16
const alignment = 8

const aligned = (bytes: number) => Math.ceil(bytes / alignment) * alignment

/** Columns of these lengths, all 0. */
export function makeColumns<Types extends ColumnTypes>(
  types: Types,
  lengths: Readonly<Record<keyof Types, number>>,
): Columns<Types> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, new columnTypes[type](lengths[name as keyof Types])]),
  ) as Columns<Types>
}

export function writeContainer<Types extends ColumnTypes>(
  types: Types,
  head: Readonly<Record<string, unknown>>,
  columns: Columns<Types>,
): Uint8Array {
  const names = Object.keys(types)
  const lengths = names.map((name) => [name, (columns[name] as Uint32Array).length] as const)
  const text = Buffer.from(JSON.stringify({ ...head, columns: Object.fromEntries(lengths) }))
  const parts = names.map((name) => columns[name] as Uint32Array)
  const size = parts.reduce((sum, { byteLength }) => sum + aligned(byteLength), prefixBytes + aligned(text.length))
  const bytes = new Uint8Array(size)
  bytes.set(mark)
  new DataView(bytes.buffer).setUint32(mark.length, text.length, true)
  bytes.set(text, prefixBytes)
  let at = prefixBytes + aligned(text.length)
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += aligned(byteLength)
  }
  return bytes
}

/** The head with all that was in it is not looked at here. Throws when the bytes are not a container with these columns; a `NewerVersionError` for a newer one. */
export function readContainer<Types extends ColumnTypes>(
  types: Types,
  given: Uint8Array,
): { head: unknown; columns: Columns<Types> } {
  const bytes = given.byteOffset % alignment === 0 ? given : Uint8Array.from(given)
  if (bytes.length >= prefixBytes && name.every((byte, index) => bytes[index] === byte)) {
    refuseNewer('columns', bytes[name.length], layout)
  }
  if (bytes.length < prefixBytes || mark.some((byte, index) => bytes[index] !== byte)) {
    throw new Error(
      `columns: the first bytes are ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}: expected ${Buffer.from(mark).toString('hex')}`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headBytes = view.getUint32(mark.length, true)
  if (prefixBytes + headBytes > bytes.length) {
    throw new Error(`columns: the head has ${headBytes} bytes: expected at most ${bytes.length - prefixBytes}`)
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + prefixBytes, headBytes).toString('utf8')
  const head = JSON.parse(text) as { columns?: Record<string, unknown> } | null
  let at = prefixBytes + aligned(headBytes)
  const columns = Object.entries(types).map(([name, type]) => {
    const length = head?.columns?.[name]
    const left = bytes.length - at
    const mostValues = Math.max(0, Math.floor(left / columnTypes[type].BYTES_PER_ELEMENT))
    if (!(Number.isSafeInteger(length) && (length as number) >= 0 && (length as number) <= mostValues)) {
      throw new Error(`columns: ${name} has ${String(length)} values: expected a whole number up to ${mostValues}`)
    }
    const column = new columnTypes[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length as number)
    at += aligned(column.byteLength)
    return [name, column]
  })
  return { head, columns: Object.fromEntries(columns) as Columns<Types> }
}
