/** Rows for people: a table, or a block a row where the table is wider than the terminal. */
import { styleText } from 'node:util'
import { clip, harmless, pad, widthOf } from '../top/cells.ts'

/** Undefined: null. */
export type TextRow = readonly (string | undefined)[]

const maxCell = 60
const absentText = '·'

export interface Page {
  columns: readonly string[]
  rows: readonly TextRow[]
  /** Columns whose cells stand at the right. */
  isNumber: readonly boolean[]
  /** Of the terminal; absent: as wide as it gets, and nothing is cut. */
  width?: number
  colour: boolean
}

export function pageLines({ columns, rows, isNumber, width, colour }: Page): string[] {
  const names = columns.map(harmless)
  const most = width === undefined ? Number.POSITIVE_INFINITY : maxCell
  const cells = rows.map((row) => row.map((cell) => (cell === undefined ? absentText : clip(harmless(cell), most))))
  const bold = (text: string) => (colour ? styleText('bold', text, { validateStream: false }) : text)
  const dim = (text: string) => (colour ? styleText('dim', text, { validateStream: false }) : text)
  const widths = names.map((name, index) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? '')), widthOf(name)),
  )
  const whole = widths.reduce((sum, one) => sum + one + 2, -2)
  if (width !== undefined && whole > width) {
    const nameWidth = Math.max(...names.map(widthOf))
    return rows.flatMap((row, at) => [
      ...(at === 0 ? [] : ['']),
      ...names.map((name, index) => {
        const cell = row[index]
        const text = cell === undefined ? absentText : harmless(cell)
        return `${dim(pad(name, nameWidth))}  ${clip(text, Math.max(1, width - nameWidth - 2))}`
      }),
    ])
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, isNumber[index] ? 'right' : 'left'))
      .join('  ')
      .trimEnd()
  return [bold(line(names)), ...cells.map(line)]
}
