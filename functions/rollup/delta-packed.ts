/**
 * DELTA_BINARY_PACKED of whole numbers up to 2^53, in numbers: a bigint for each value costs ten times as much.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */
import { ByteWriter } from 'hyparquet-writer'
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js'

const blockValues = 128
const miniblocks = 4
const miniblockValues = blockValues / miniblocks
/** A value and the seven bits that may wait before it are exact together up to here. */
const widestBits = 40

/**
 * `bits`: as few as may be. `whole bytes`: what stays when a compressor has gone over it is less, where the lower bits are
 * always zero, as those of a number of pages are. `same least`: so are then all blocks alike.
 */
type DeltaLayout = 'bits' | 'whole bytes' | 'same least'

export function deltaPacked(values: readonly number[], layout: DeltaLayout = 'bits'): Uint8Array {
  const writer = new ByteWriter(64 + values.length * 2)
  if (values.length === 0 || !packInNumbers(writer, values, layout)) {
    const wide = new ByteWriter()
    deltaBinaryPack(wide, values.map(BigInt), 'INT64')
    return wide.getBytes()
  }
  return writer.getBytes()
}

/** False: some differ by too much. */
function packInNumbers(writer: ByteWriter, values: readonly number[], layout: DeltaLayout): boolean {
  const wholeBytes = layout !== 'bits'
  const sameLeast = layout === 'same least' ? leastOfAll(values) : undefined
  const first = values[0] ?? 0
  if (Math.abs(first) > 2 ** 51) return false
  writer.appendVarInt(blockValues)
  writer.appendVarInt(miniblocks)
  writer.appendVarInt(values.length)
  appendZigZag(writer, first)
  const deltas = new Float64Array(blockValues)
  let before = first
  for (let start = 1; start < values.length; start += blockValues) {
    const count = Math.min(blockValues, values.length - start)
    let least = Number.POSITIVE_INFINITY
    let greatest = Number.NEGATIVE_INFINITY
    for (let index = 0; index < count; index++) {
      const value = values[start + index] ?? 0
      const delta = value - before
      before = value
      deltas[index] = delta
      if (delta < least) least = delta
      if (delta > greatest) greatest = delta
    }
    least = sameLeast ?? least
    if (greatest - least >= 2 ** widestBits || Math.abs(least) > 2 ** 50) return false
    appendZigZag(writer, least)
    for (let index = 0; index < count; index++) deltas[index] = (deltas[index] ?? 0) - least
    deltas.fill(0, count)
    const widths = Array.from({ length: miniblocks }, (_, mini) => {
      const width = widthOf(deltas, mini * miniblockValues)
      return wholeBytes ? Math.ceil(width / 8) * 8 : width
    })
    for (const width of widths) writer.appendUint8(width)
    for (const [mini, width] of widths.entries()) {
      if (width > 0) appendPacked(writer, deltas.subarray(mini * miniblockValues, (mini + 1) * miniblockValues), width)
    }
  }
  return true
}

/** Half of what as many whole bytes hold as the greatest difference takes: no difference stands in the middle then. */
function leastOfAll(values: readonly number[]): number {
  let greatest = 0
  for (let index = 1; index < values.length; index++) {
    greatest = Math.max(greatest, Math.abs((values[index] ?? 0) - (values[index - 1] ?? 0)))
  }
  let bits = 7
  while (2 ** bits <= greatest) bits += 8
  return -(2 ** bits)
}

function widthOf(deltas: Float64Array, start: number): number {
  let greatest = 0
  for (let index = start; index < start + miniblockValues; index++) greatest = Math.max(greatest, deltas[index] ?? 0)
  return greatest < 2 ** 32 ? 32 - Math.clz32(greatest) : 64 - Math.clz32(Math.floor(greatest / 2 ** 32))
}

/** Least significant bit first; 32 values end at a whole byte. */
function appendPacked(writer: ByteWriter, values: Float64Array, width: number): void {
  let waiting = 0
  let bits = 0
  const bytes = new Uint8Array(width * (miniblockValues / 8))
  let at = 0
  for (const value of values) {
    waiting += value * 2 ** bits
    bits += width
    while (bits >= 8) {
      const high = Math.floor(waiting / 256)
      bytes[at++] = waiting - high * 256
      waiting = high
      bits -= 8
    }
  }
  writer.appendBytes(bytes)
}

function appendZigZag(writer: ByteWriter, value: number): void {
  let rest = value < 0 ? -value * 2 - 1 : value * 2
  while (rest >= 128) {
    writer.appendUint8((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  writer.appendUint8(rest)
}
