/**
 * Rows of the log as flat records of the lake's tables, and back. Nothing is lost but the order of disks, interfaces and
 * processes inside a snapshot. Absent values have no entry in a record, and are null in the file.
 */
import type { Transition } from '../alerts/alert.ts'
import type { LakeTable } from '../keys.ts'
import type { BlockRow, GapRow, SampleRow } from '../shard/block.ts'
import type { Snapshot } from '../snapshot.ts'
import { lakeColumns, lakeRemainders, type Remainder } from './lake-columns.ts'
import { columnOf, createRowsBuilder, type LakeRows, recordsOfRows } from './lake-rows.ts'

export type Cell = string | number | boolean | undefined
export type LakeRecord = Record<string, Cell>

export interface RecordOfTable {
  table: LakeTable
  /** Event time: decides the hour. */
  atMs: number
  record: LakeRecord
}

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

/** The same as records. */
export function lakeRecords(blockRow: BlockRow, block: number, row: number): RecordOfTable[] {
  return lakeParts(blockRow, block, row).map(({ table, atMs, origin, item }) => {
    const builder = createRowsBuilder(table)
    builder.add(origin, item)
    const [record = {}] = recordsOfRows(table, builder.build())
    return { table, atMs, record }
  })
}

/** Samples as they stood in the log, in the order of `samples`; parts without their sample are left out. */
export function samplesOfRows(tables: Record<'samples' | 'disks' | 'interfaces' | 'processes', LakeRows>): SampleRow[] {
  const byId = new Map<string, Snapshot>()
  const ids = idsOf('samples', tables.samples)
  const samples = valuesOfRows('samples', tables.samples).map((value, row): SampleRow => {
    const {
      host,
      atMs,
      changes,
      snapshot: part = {},
    } = value as Omit<SampleRow, 'kind' | 'snapshot'> & {
      snapshot?: Partial<Snapshot>
    }
    const whole: Snapshot = {
      ...(part as Snapshot),
      kind: 'snapshot',
      cpu: part.cpu ?? {},
      memory: part.memory ?? {},
      connections: part.connections ?? {},
      processes: { ...part.processes, top: [] },
      disks: [],
      diskIo: [],
      interfaces: [],
    }
    byId.set(ids[row] ?? '', whole)
    return { kind: 'sample', host, atMs, snapshot: whole, ...(changes ? { changes } : {}) }
  })
  const eachPart = (table: LakeTable, rows: LakeRows, add: (snapshot: Snapshot, item: object) => void) => {
    const partIds = idsOf(table, rows)
    for (const [row, item] of valuesOfRows(table, rows, originNames).entries()) {
      const snapshot = byId.get(partIds[row] ?? '')
      if (snapshot) add(snapshot, item)
    }
  }
  eachPart('disks', tables.disks, (snapshot, item) => {
    const { kind, ...disk } = item as { kind: string }
    if (kind === 'mount') snapshot.disks.push(disk as Snapshot['disks'][number])
    else snapshot.diskIo.push(disk as Snapshot['diskIo'][number])
  })
  eachPart('interfaces', tables.interfaces, (snapshot, item) => {
    snapshot.interfaces.push(item as Snapshot['interfaces'][number])
  })
  eachPart('processes', tables.processes, (snapshot, item) => {
    snapshot.processes.top.push(item as Snapshot['processes']['top'][number])
  })
  for (const { processes } of byId.values()) {
    processes.top.sort((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0) || a.pid - b.pid)
  }
  return samples
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
/** Of a part: its sample has them. */
const originNames: ReadonlySet<string> = new Set(['host', 'atMs', 'block', 'row'])

function idsOf(table: LakeTable, rows: LakeRows): string[] {
  const blocks = columnOf(table, rows, 'block')
  const numbers = columnOf(table, rows, 'row')
  return Array.from({ length: rows.rows }, (_, row) => `${String(blocks?.[row])}/${String(numbers?.[row])}`)
}

/** Each row as it was before it was taken apart, without the columns named. */
function valuesOfRows(
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
