/** Columns for a terminal: each as wide as it must be, the last as long as it is. */
import { formatNumber } from '../core/view/format.ts'
import { harmless, pad, widthOf } from './top/cells.ts'

/** A column with a number in it stands at the right. */
export type Cell = string | number

export function alignedLines(rows: readonly (readonly Cell[])[], margin = ''): string[] {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : harmless(cell))))
  const columns = Math.max(0, ...texts.map(({ length }) => length))
  const widths = Array.from({ length: columns }, (_, at) => Math.max(0, ...texts.map((row) => widthOf(row[at] ?? ''))))
  const sides = widths.map((_, at) => (rows.some((row) => typeof row[at] === 'number') ? 'right' : 'left'))
  return texts.map((row) => {
    const padded = row.map((text, at) => {
      const isLast = at === columns - 1 && sides[at] === 'left'
      return isLast ? text : pad(text, widths[at] ?? 0, sides[at])
    })
    return `${margin}${padded.join('  ')}`.trimEnd()
  })
}
