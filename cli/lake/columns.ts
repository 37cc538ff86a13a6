/** The columns of a table for whoever asks it: what the lake keeps as a remainder is told as the value that was sent. */
import type { LakeTable } from '../../core/keys.ts'
import { type ColumnKind, lakeColumns, lakeRemainders } from '../../core/rollup/lake-columns.ts'
import type { Cell, LakeRecord } from '../../core/rollup/tables.ts'

export interface ShownColumn {
  name: string
  kind: ColumnKind
  cellOf(record: LakeRecord): Cell
  /** Over the columns of the file. */
  sql: string
}

export function shownColumns(table: LakeTable): ShownColumn[] {
  const parts = lakeRemainders[table]
  return lakeColumns[table].flatMap(({ name, kind }): ShownColumn[] => {
    if (name === parts?.remainder) return []
    if (!parts || name !== parts.alone) return [{ name, kind, cellOf: (record) => record[name], sql: `"${name}"` }]
    const { total, used, remainder, alone } = parts
    return [
      {
        name: alone.replace(/Alone$/, ''),
        kind,
        cellOf: (record) => {
          const left = record[remainder]
          return (
            record[alone] ??
            (left === undefined ? undefined : Number(record[total]) - Number(record[used]) - Number(left))
          )
        },
        sql: `coalesce("${alone}", "${total}" - "${used}" - "${remainder}")`,
      },
    ]
  })
}
