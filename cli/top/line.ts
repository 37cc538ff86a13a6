/** A line as pieces with styles: it is cut and joined by its cells, and painted last. */
import { clip, widthOf } from './cells.ts'

export type Style = keyof typeof codes
export type Piece = string | readonly [text: string, style: Style]
export type Line = readonly Piece[]

/**
 * SGR, of the 256 colours those that are readable on black and on white. Blue, orange, grey and magenta stay apart for the
 * colour-blind; each means nothing that a sign or a word beside it does not say.
 */
const codes = {
  title: '1',
  label: '38;5;37',
  muted: '38;5;245',
  user: '38;5;33',
  system: '38;5;172',
  iowait: '38;5;245',
  steal: '38;5;162',
  memory: '38;5;133',
  swap: '38;5;98',
  disk: '38;5;37',
  high: '1;38;5;172',
  critical: '1;38;5;160',
  head: '7',
  chosen: '1;7',
} as const

export function lineWidth(line: Line): number {
  return line.reduce((width, piece) => width + widthOf(textOf(piece)), 0)
}

/** At most `columns` wide. */
export function clipLine(line: Line, columns: number): Line {
  let left = columns
  const kept: Piece[] = []
  for (const piece of line) {
    const text = clip(textOf(piece), left)
    kept.push(typeof piece === 'string' ? text : [text, piece[1]])
    if (text !== textOf(piece)) break
    left -= widthOf(text)
  }
  return kept
}

/** Exactly `columns` wide. */
export function fitLine(line: Line, columns: number): Line {
  const clipped = clipLine(line, columns)
  return [...clipped, ' '.repeat(Math.max(0, columns - lineWidth(clipped)))]
}

/** As many of `parts`, from the first, as find room beside each other. */
export function partsWithin(parts: readonly string[], columns: number): string {
  let text = ''
  for (const part of parts) {
    if (widthOf(text) + 2 + widthOf(part) > columns) break
    text += `  ${part}`
  }
  return text
}

export function paint(line: Line, colour: boolean): string {
  if (!colour) return line.map(textOf).join('').trimEnd()
  return line
    .map((piece) => (typeof piece === 'string' ? piece : `\u001b[${codes[piece[1]]}m${piece[0]}\u001b[0m`))
    .join('')
    .trimEnd()
}

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece[0]
}
