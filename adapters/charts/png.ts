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
  const runs = findRuns(pixels)
  const colours = countColours(runs)
  const palette = frequentFirst(colours).slice(0, paletteSize)
  const entries = entriesOf(colours, palette)
  const lines = scanlines({ runs, ofRuns: colours.ofRuns, entries, width, height })
  return Buffer.concat([
    signature,
    chunk('IHDR', header(width, height)),
    chunk('PLTE', Buffer.from(palette.flatMap((index) => channels(colours.values[index] ?? 0)))),
    chunk('IDAT', await deflateAside(lines, compression)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Stretches of one colour, over the ends of rows: the pixels are read once. */
interface Runs {
  count: number
  /** First pixel of each, and behind the last one the number of pixels. */
  starts: Uint32Array
  /** Red in the lowest byte. */
  colours: Uint32Array
}

function findRuns(pixels: Uint32Array): Runs {
  const starts = new Uint32Array(pixels.length + 1)
  const colours = new Uint32Array(pixels.length)
  let count = 0
  for (let at = 0; at < pixels.length; ) {
    const colour = pixels[at] as number
    starts[count] = at
    colours[count++] = colour
    do at++
    while (at < pixels.length && pixels[at] === colour)
  }
  starts[count] = pixels.length
  return { count, starts, colours }
}

/** Each colour once, by its index. */
interface Colours {
  values: number[]
  /** In pixels. */
  counts: number[]
  /** The colour's index, of each run. */
  ofRuns: Uint32Array
}

function countColours({ count, starts, colours }: Runs): Colours {
  const indexes = new Map<number, number>()
  const values: number[] = []
  const counts: number[] = []
  const ofRuns = new Uint32Array(count)
  // What stands between two colours' edges comes back at once: a small table before the map.
  const recentColours = new Uint32Array(1024)
  const recentIndexes = new Int32Array(1024).fill(-1)
  for (let run = 0; run < count; run++) {
    const colour = colours[run] as number
    const slot = (colour ^ (colour >>> 10) ^ (colour >>> 17)) & 1023
    let index = recentColours[slot] === colour ? (recentIndexes[slot] as number) : -1
    if (index < 0) {
      index = indexes.get(colour) ?? -1
      if (index < 0) {
        index = values.length
        indexes.set(colour, index)
        values.push(colour)
        counts.push(0)
      }
      recentColours[slot] = colour
      recentIndexes[slot] = index
    }
    ofRuns[run] = index
    counts[index] = (counts[index] as number) + (starts[run + 1] as number) - (starts[run] as number)
  }
  return { values, counts, ofRuns }
}

function frequentFirst({ counts }: Colours): number[] {
  return [...counts.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
}

/** The palette's entry of each colour: its own, or the nearest one. */
function entriesOf({ values }: Colours, palette: readonly number[]): Uint8Array {
  const flat = Int32Array.from(palette.flatMap((index) => channels(values[index] ?? 0)))
  const entries = new Uint8Array(values.length)
  const own = new Set(palette)
  for (const [entry, index] of palette.entries()) entries[index] = entry
  for (const [index, colour] of values.entries()) {
    if (!own.has(index)) entries[index] = nearest(colour, flat)
  }
  return entries
}

function nearest(colour: number, flat: Int32Array): number {
  const [red, green, blue] = channels(colour)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < flat.length; at += 3) {
    const r = red - (flat[at] as number)
    const g = green - (flat[at + 1] as number)
    const b = blue - (flat[at + 2] as number)
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
function scanlines({
  runs: { count, starts },
  ofRuns,
  entries,
  width,
  height,
}: {
  runs: Runs
  ofRuns: Uint32Array
  entries: Uint8Array
  width: number
  height: number
}): Uint8Array {
  const stride = width + 1
  const lines = new Uint8Array(stride * height)
  let row = 0
  let rowEnd = width
  for (let run = 0; run < count; run++) {
    const entry = entries[ofRuns[run] as number] as number
    const end = starts[run + 1] as number
    let at = starts[run] as number
    while (at < end) {
      const to = Math.min(end, rowEnd)
      // One byte before each row that there was.
      const shift = row + 1
      if (entry !== 0) {
        if (to - at > 32) lines.fill(entry, at + shift, to + shift)
        else for (let pixel = at; pixel < to; pixel++) lines[pixel + shift] = entry
      }
      at = to
      if (at === rowEnd) {
        row += 1
        rowEnd += width
      }
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
