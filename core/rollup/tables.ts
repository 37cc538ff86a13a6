/**
 * Rows of the log as flat records of the lake's tables, and back. Nothing is lost but the order of disks, interfaces and
 * processes inside a snapshot. Absent values have no entry in a record, and are null in the file.
 */
import type { Transition } from '../alerts/alert.ts'
import type { LakeTable } from '../keys.ts'
import type { BlockRow, GapRow, SampleRow } from '../shard/block.ts'
import type { Snapshot } from '../snapshot.ts'
import { lakeColumns, lakeRemainders, type Remainder } from './columns.ts'

export type Cell = string | number | boolean | undefined
export type LakeRecord = Record<string, Cell>

export interface RecordOfTable {
  table: LakeTable
  /** Event time: decides the hour. */
  atMs: number
  record: LakeRecord
}

/** What one row of block `block` gives the lake; batches, goodbyes and refusals stay in the log only. */
export function lakeRecords(blockRow: BlockRow, block: number, row: number): RecordOfTable[] {
  switch (blockRow.kind) {
    case 'sample': {
      const { host, atMs, snapshot } = blockRow
      const parts = <T extends object>(table: LakeTable, items: readonly T[], kind?: string) =>
        items.map((item) => {
          const record = toRecord(table, { ...item, host, atMs, block, row, ...(kind === undefined ? {} : { kind }) })
          return { table, atMs, record }
        })
      return [
        { table: 'samples', atMs, record: toRecord('samples', { host, atMs, block, row, snapshot }) },
        ...parts('disks', snapshot.disks, 'mount'),
        ...parts('disks', snapshot.diskIo, 'device'),
        ...parts('interfaces', snapshot.interfaces),
        ...parts('processes', snapshot.processes.top),
      ]
    }
    case 'transition':
      return [
        { table: 'transitions', atMs: blockRow.atMs, record: toRecord('transitions', { ...blockRow, block, row }) },
      ]
    case 'gap':
      return [{ table: 'gaps', atMs: blockRow.fromMs, record: toRecord('gaps', { ...blockRow, block, row }) }]
    case 'batch':
    case 'goodbye':
    case 'refused':
      return []
  }
}

/** Samples as they stood in the log, in the order of `samples`; parts without their sample are left out. */
export function samplesOfRecords(
  tables: Record<'samples' | 'disks' | 'interfaces' | 'processes', readonly LakeRecord[]>,
): SampleRow[] {
  const byId = new Map<string, Snapshot>()
  const samples = tables.samples.map((record): SampleRow => {
    const { host, atMs, snapshot } = fromRecord('samples', record) as { host: string; atMs: number; snapshot: object }
    const part = snapshot as Partial<Snapshot>
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
    byId.set(idOf(record), whole)
    return { kind: 'sample', host, atMs, snapshot: whole }
  })
  for (const record of tables.disks) {
    const { kind, ...disk } = itemOf('disks', record)
    const snapshot = byId.get(idOf(record))
    if (kind === 'mount') snapshot?.disks.push(disk as Snapshot['disks'][number])
    else snapshot?.diskIo.push(disk as Snapshot['diskIo'][number])
  }
  for (const record of tables.interfaces) {
    byId.get(idOf(record))?.interfaces.push(itemOf('interfaces', record) as Snapshot['interfaces'][number])
  }
  for (const record of tables.processes) {
    byId.get(idOf(record))?.processes.top.push(itemOf('processes', record) as Snapshot['processes']['top'][number])
  }
  for (const { processes } of byId.values()) {
    processes.top.sort((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0) || a.pid - b.pid)
  }
  return samples
}

export function transitionOfRecord(record: LakeRecord): Transition {
  const { block: _block, row: _row, ...transition } = fromRecord('transitions', record)
  return { kind: 'transition', ...transition } as unknown as Transition
}

export function gapOfRecord(record: LakeRecord): GapRow {
  const { block: _block, row: _row, ...gap } = fromRecord('gaps', record)
  return { kind: 'gap', ...gap } as unknown as GapRow
}

function idOf({ block, row }: LakeRecord): string {
  return `${String(block)}/${String(row)}`
}

function itemOf(table: LakeTable, record: LakeRecord): Record<string, unknown> {
  const { host: _host, atMs: _atMs, block: _block, row: _row, ...item } = fromRecord(table, record)
  return item
}

function toRecord(table: LakeTable, value: object): LakeRecord {
  const record: LakeRecord = {}
  const parts = lakeRemainders[table]
  for (const { name, kind, path } of lakeColumns[table]) {
    if (path.length === 0) continue
    let found: unknown = value
    for (const step of path) found = (found as Record<string, unknown> | undefined)?.[step]
    if (found === undefined) continue
    const left = name === parts?.alone ? remainderOf(record, parts, found) : undefined
    if (parts && left !== undefined) record[parts.remainder] = left
    else record[name] = kind === 'json' ? JSON.stringify(found) : (found as Cell)
  }
  return record
}

/** Undefined where the rest could not be told from it again: the others are absent, or the numbers huge. */
function remainderOf(record: LakeRecord, { total, used }: Remainder, rest: unknown): number | undefined {
  const before = Number(record[total]) - Number(record[used])
  const left = before - Number(rest)
  return Number.isSafeInteger(left) && Object.is(before - left, rest) ? left : undefined
}

function fromRecord(table: LakeTable, record: LakeRecord): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  const parts = lakeRemainders[table]
  for (const { name, kind, path } of lakeColumns[table]) {
    if (path.length === 0) continue
    const cell = record[name] ?? (name === parts?.alone ? restOf(record, parts) : undefined)
    if (cell === undefined) continue
    let place = value
    for (const step of path.slice(0, -1)) {
      place[step] ??= {}
      place = place[step] as Record<string, unknown>
    }
    place[path.at(-1) ?? name] = kind === 'json' ? JSON.parse(String(cell)) : cell
  }
  return value
}

function restOf(record: LakeRecord, { total, used, remainder }: Remainder): number | undefined {
  const left = record[remainder]
  return left === undefined ? undefined : Number(record[total]) - Number(record[used]) - Number(left)
}
