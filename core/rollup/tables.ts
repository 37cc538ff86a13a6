/**
 * Rows of the log taken apart for the lake's tables, and put together again. Nothing is lost but the order of disks, interfaces
 * and processes inside a snapshot. Absent values have no entry in a record, and are null in the file.
 */
import type { Transition } from '../alerts/alert.ts'
import type { LakeTable } from '../keys.ts'
import type { BlockRow, GapRow } from '../shard/block.ts'
import { lakeColumns, lakeRemainders, type Remainder } from './lake-columns.ts'
import { columnOf, type LakeRows } from './lake-rows.ts'

export type Cell = string | number | boolean | undefined
export type LakeRecord = Record<string, Cell>

/** A record before it is taken apart: `item` has its values, `origin` where it comes from, which goes before. */
export interface LakePart {
  table: LakeTable
  atMs: number
  origin: Readonly<Record<string, string | number>>
  item: object
}

/** What one row of block `block` gives the lake; what is of batches, of who is told and of operators stays in the log only. */
export function lakeParts(blockRow: BlockRow, block: number, row: number): LakePart[] {
  switch (blockRow.kind) {
    case 'sample': {
      const { host, atMs, snapshot } = blockRow
      const origin = { host, atMs, block, row }
      const parts = (table: LakeTable, items: readonly object[], from = origin) =>
        items.map((item) => ({ table, atMs, origin: from, item }))
      return [
        { table: 'samples', atMs, origin, item: { snapshot, changes: blockRow.changes } },
        ...parts('disks', snapshot.disks, { ...origin, kind: 'mount' } as typeof origin),
        ...parts('disks', snapshot.diskIo, { ...origin, kind: 'device' } as typeof origin),
        ...parts('interfaces', snapshot.interfaces),
        ...parts('processes', snapshot.processes.top),
      ]
    }
    case 'transition':
      return [{ table: 'transitions', atMs: blockRow.atMs, origin: { block, row }, item: blockRow }]
    case 'gap':
      return [{ table: 'gaps', atMs: blockRow.fromMs, origin: { block, row }, item: blockRow }]
    case 'batch':
    case 'goodbye':
    case 'refused':
    case 'control':
    case 'forgotten':
    case 'telling':
    case 'held':
      return []
  }
}

export function transitionsOfRows(rows: LakeRows): Transition[] {
  return valuesOfRows('transitions', rows, blockAndRow).map(
    (transition) => ({ kind: 'transition', ...transition }) as unknown as Transition,
  )
}

export function gapsOfRows(rows: LakeRows): GapRow[] {
  return valuesOfRows('gaps', rows, blockAndRow).map((gap) => ({ kind: 'gap', ...gap }) as unknown as GapRow)
}

const blockAndRow: ReadonlySet<string> = new Set(['block', 'row'])
/** Each row as it was before it was taken apart, without the columns named. */
export function valuesOfRows(
  table: LakeTable,
  rows: LakeRows,
  without: ReadonlySet<string> = new Set(),
): Record<string, unknown>[] {
  const values = Array.from({ length: rows.rows }, (): Record<string, unknown> => ({}))
  const parts = lakeRemainders[table]
  for (const { name, kind, path } of lakeColumns[table]) {
    if (path.length === 0 || without.has(name)) continue
    const cells = name === parts?.alone ? restOf(table, rows, parts) : columnOf(table, rows, name)
    if (!cells) continue
    const last = path.at(-1) ?? name
    const steps = path.slice(0, -1)
    for (let row = 0; row < rows.rows; row++) {
      const cell = cells[row]
      if (cell === undefined) continue
      let place = values[row] ?? {}
      for (const step of steps) {
        place[step] ??= {}
        place = place[step] as Record<string, unknown>
      }
      place[last] = kind === 'json' ? JSON.parse(String(cell)) : cell
    }
  }
  return values
}

function restOf(
  table: LakeTable,
  rows: LakeRows,
  { total, used, remainder, alone }: Remainder,
): readonly Cell[] | undefined {
  const cells = columnOf(table, rows, alone)
  const left = columnOf(table, rows, remainder)
  if (!left) return cells
  const totals = columnOf(table, rows, total)
  const taken = columnOf(table, rows, used)
  return left.map((cell, row) =>
    cell === undefined ? cells?.[row] : Number(totals?.[row]) - Number(taken?.[row]) - Number(cell),
  )
}
