/** Records of the lake as the lines of a file. */
import type { LakeTable } from '../../core/keys.ts'
import type { ColumnKind } from '../../core/rollup/lake-columns.ts'
import type { Cell, LakeRecord } from '../../core/rollup/tables.ts'
import { shownColumns } from '../lake/columns.ts'
import { type CsvCell, csvLine, jsonLine } from '../lake/visible.ts'

export interface LineEncoder {
  /** Before the first record. */
  head: string
  line(record: LakeRecord): string
}

export type LineFormat = 'csv' | 'ndjson'

export function lineEncoder(format: LineFormat, table: LakeTable): LineEncoder {
  const columns = shownColumns(table)
  if (format === 'csv') {
    return {
      head: csvLine(columns.map(({ name }) => ({ plain: name }))),
      line: (record) => csvLine(columns.map(({ kind, cellOf }) => csvOf(kind, cellOf(record)))),
    }
  }
  return {
    head: '',
    line: (record) => {
      const fields = columns.flatMap(({ name, kind, cellOf }) => {
        const cell = cellOf(record)
        return cell === undefined ? [] : [[name, jsonOf(kind, cell)] as const]
      })
      return `${jsonLine(Object.fromEntries(fields))}\n`
    },
  }
}

/** Nothing is lost: JSON text is JSON, times are ISO 8601 in UTC, and what is absent has no field. */
function jsonOf(kind: ColumnKind, cell: Exclude<Cell, undefined>): unknown {
  if (kind === 'time') return timeText(cell)
  return kind === 'json' ? JSON.parse(String(cell)) : cell
}

function csvOf(kind: ColumnKind, cell: Cell): CsvCell {
  if (cell === undefined) return undefined
  if (kind === 'time') return { plain: timeText(cell) }
  return kind === 'text' || kind === 'json' ? { text: String(cell) } : { plain: String(cell) }
}

function timeText(cell: Exclude<Cell, undefined>): string {
  const date = new Date(Number(cell))
  return Number.isNaN(date.getTime()) ? String(cell) : date.toISOString()
}
