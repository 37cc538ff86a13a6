/** Rows of a table of the lake, column by column: what is read from a file and written to one is never made into objects. */
import type { LakeTable } from '../keys.ts'
import { lakeColumns, lakeOrder, lakeRemainders, lakeTime } from './lake-columns.ts'
import type { Cell, LakeRecord } from './tables.ts'

export interface LakeRows {
  rows: number
  /** In the order of `lakeColumns`, a cell a row; undefined: no row has a value. */
  columns: readonly (readonly Cell[] | undefined)[]
}

export interface RowsBuilder {
  /** One row: what `origin` has goes before what `item` has. */
  add(origin: Readonly<Record<string, string | number>>, item: object): void
  build(): LakeRows
}

export function createRowsBuilder(table: LakeTable): RowsBuilder {
  const parts = lakeRemainders[table]
  let rows = 0
  const columns = lakeColumns[table].map(({ name, kind, path }) => ({
    name,
    kind,
    path,
    cells: [] as Cell[],
    filled: false,
  }))
  const byName = new Map(columns.map((column) => [column.name, column]))
  const [total, used, remainder] = [parts?.total, parts?.used, parts?.remainder].map((name) => byName.get(name ?? ''))
  return {
    add: (origin, item) => {
      for (const column of columns) {
        const { name, kind, path, cells } = column
        const [first = '', ...further] = path
        let found: unknown = origin[first] ?? (item as Record<string, unknown>)[first]
        for (const step of further) found = (found as Record<string, unknown> | undefined)?.[step]
        if (kind === 'json' && found !== undefined) found = JSON.stringify(found)
        if (name === parts?.alone && remainder) {
          const left = remainderOf(total?.cells[rows], used?.cells[rows], found)
          if (left !== undefined) {
            remainder.cells[rows] = left
            remainder.filled = true
            found = undefined
          }
        }
        if (found !== undefined) column.filled = true
        if (cells.length === rows) cells.push(found as Cell)
      }
      rows += 1
    },
    build: () => ({ rows, columns: columns.map(({ cells, filled }) => (filled ? cells : undefined)) }),
  }
}

/** Undefined where the rest could not be told from it again: the others are absent, or the numbers huge. */
function remainderOf(total: Cell, used: Cell, rest: unknown): number | undefined {
  const before = Number(total) - Number(used)
  const left = before - Number(rest)
  return Number.isSafeInteger(left) && Object.is(before - left, rest) ? left : undefined
}

export function columnOf(table: LakeTable, { columns }: LakeRows, name: string): readonly Cell[] | undefined {
  return columns[lakeColumns[table].findIndex((column) => column.name === name)]
}

export function rowsOfRecords(table: LakeTable, records: readonly LakeRecord[]): LakeRows {
  const columns = lakeColumns[table].map(({ name }) => {
    const cells = records.map((record) => record[name])
    return cells.some((cell) => cell !== undefined) ? cells : undefined
  })
  return { rows: records.length, columns }
}

/** Absent values have no entry. */
export function recordsOfRows(table: LakeTable, { rows, columns }: LakeRows): LakeRecord[] {
  const filled = lakeColumns[table].flatMap(({ name }, index) => {
    const cells = columns[index]
    return cells ? [{ name, cells }] : []
  })
  return Array.from({ length: rows }, (_, row) => {
    const record: LakeRecord = {}
    for (const { name, cells } of filled) {
      const cell = cells[row]
      if (cell !== undefined) record[name] = cell
    }
    return record
  })
}

/** Event time of each row, ms. */
export function timesOf(table: LakeTable, rows: LakeRows): readonly number[] {
  return (columnOf(table, rows, lakeTime(table)) ?? []) as readonly number[]
}

/** Rows by number, in that order. */
export function pickRows({ columns }: LakeRows, numbers: ArrayLike<number>): LakeRows {
  const pick = (cells: readonly Cell[]) => {
    const picked = new Array<Cell>(numbers.length)
    for (let index = 0; index < numbers.length; index++) picked[index] = cells[numbers[index] ?? 0]
    return picked
  }
  return { rows: numbers.length, columns: columns.map((cells) => cells && pick(cells)) }
}

/** One after the other. */
export function joinRows(table: LakeTable, parts: readonly LakeRows[]): LakeRows {
  const [only] = parts
  if (only && parts.length === 1) return only
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const columns = lakeColumns[table].map((_, number) => {
    if (parts.every((part) => part.columns[number] === undefined)) return undefined
    const cells = new Array<Cell>(rows)
    let at = 0
    for (const part of parts) {
      const from = part.columns[number]
      for (let row = 0; row < part.rows; row++) cells[at++] = from?.[row]
    }
    return cells
  })
  return { rows, columns }
}

/** `block` and `row` come last and make the order total, but for the parts of one sample, which stay as they came. */
export function sortRows(table: LakeTable, unsorted: LakeRows): LakeRows {
  const keys = [...lakeOrder[table], 'block', 'row'].flatMap((name) => {
    const cells = columnOf(table, unsorted, name)
    return cells ? [cells] : []
  })
  const numbers = Array.from({ length: unsorted.rows }, (_, row) => row)
  numbers.sort((a, b) => {
    for (const cells of keys) {
      const order = compare(cells[a], cells[b])
      if (order !== 0) return order
    }
    return 0
  })
  return pickRows(unsorted, numbers)
}

/** Absent first. */
function compare(a: Cell, b: Cell): number {
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  return a < b ? -1 : 1
}
