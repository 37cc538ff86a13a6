/** Bars, and the strip of the cores. A share has a sign of its own as well as a colour. */
import type { Line, Piece, Style } from './line.ts'

export interface Share {
  percent: number | undefined
  sign: string
  style: Style
}

/** `[|||||##~      ]`, `columns` wide; where nothing is known `[  –  ]`: an empty bar would say 0. */
export function bar(shares: readonly Share[], columns: number): Line {
  const room = Math.max(1, columns - 2)
  const known = shares.flatMap(({ percent, ...look }) => (percent === undefined ? [] : [{ percent, ...look }]))
  if (known.length === 0) return ['[', ['–'.padStart(Math.ceil(room / 2)).padEnd(room), 'muted'], ']']
  const pieces: Piece[] = []
  let sum = 0
  let filled = 0
  for (const { percent, sign, style } of known) {
    sum += percent
    // Rounded by where it ends, so that the shares together are as long as their sum.
    const end = Math.min(room, Math.round((Math.max(0, sum) / 100) * room))
    if (end > filled) pieces.push([sign.repeat(end - filled), style])
    filled = Math.max(filled, end)
  }
  return ['[', ...pieces, ' '.repeat(room - filled), ']']
}

const heights = '▁▂▃▄▅▆▇█'
const highPercent = 80

/** A character a core; where they are more than `columns`, each stands for the busiest of several neighbours. */
export function coreStrip(perCore: readonly number[], columns: number): { line: Line; coresEach: number } {
  const coresEach = Math.max(1, Math.ceil(perCore.length / Math.max(1, columns)))
  const groups = Array.from({ length: Math.ceil(perCore.length / coresEach) }, (_, index) =>
    Math.max(...perCore.slice(index * coresEach, (index + 1) * coresEach)),
  )
  const line = groups.map((percent): Piece => {
    const height = Math.min(heights.length - 1, Math.max(0, Math.floor((percent / 100) * heights.length)))
    return [heights[height] ?? ' ', percent >= highPercent ? 'high' : 'user']
  })
  return { line, coresEach }
}
