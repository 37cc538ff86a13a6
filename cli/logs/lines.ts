/** Bytes as lines, however they are cut into chunks. A line without an end is not kept beyond a bound. */

export type LogLine = { tooLong: false; text: string } | { tooLong: true; bytes: number; maxBytes: number }

export interface LineSplitter {
  /** The lines that end in this chunk. */
  add(chunk: Buffer): LogLine[]
  /** What stands after the last end of a line; undefined: nothing. */
  rest(): Buffer | undefined
}

/** A snapshot has some 4 kB; with every list at its limit half a megabyte. */
const maxLineBytes = 4 * 1024 * 1024
const newline = 0x0a

export function createLineSplitter(maxBytes = maxLineBytes): LineSplitter {
  let parts: Buffer[] = []
  let bytes = 0

  const keep = (part: Buffer) => {
    bytes += part.byteLength
    if (bytes <= maxBytes) parts.push(part)
  }
  const take = (): LogLine => {
    const line: LogLine =
      bytes > maxBytes
        ? { tooLong: true, bytes, maxBytes }
        : { tooLong: false, text: Buffer.concat(parts).toString('utf8') }
    parts = []
    bytes = 0
    return line
  }

  return {
    add: (chunk) => {
      const lines: LogLine[] = []
      let start = 0
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end))
        lines.push(take())
        start = end + 1
      }
      if (start < chunk.byteLength) keep(chunk.subarray(start))
      return lines
    },
    rest: () => (bytes === 0 ? undefined : Buffer.concat(parts)),
  }
}
