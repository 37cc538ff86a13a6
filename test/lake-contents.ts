/** The lake read back into what the log had, row by row: what tests hold it to, and nothing else needs. */
import type { Bucket } from '../adapters/bucket/port.ts'
import type { LakeTable, Shard } from '../core/keys.ts'
import { columnOf, createRowsBuilder, type LakeRows, recordsOfRows } from '../core/rollup/lake-rows.ts'
import { type LakeRecord, lakeParts, valuesOfRows } from '../core/rollup/tables.ts'
import type { BlockRow, SampleRow } from '../core/shard/block.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { createLakeReader } from '../functions/rollup/lake.ts'
import type { LakeFile } from '../functions/rollup/parquet.ts'

export interface LakeHour {
  bucket: Bucket
  shard: Shard
  /** Start of the hour, UTC. */
  hourMs: number
}

/** The records of an hour. No file: no records, covering nothing. A damaged one throws a `UnreadableObjectError`. */
export async function readLakeTable({ table, hourMs, ...place }: LakeHour & { table: LakeTable }): Promise<LakeFile> {
  const { covers, rows } = await createLakeReader(place)(table, hourMs)
  return { covers, records: recordsOfRows(table, rows) }
}

/** The samples of an hour as the log had them. */
export async function readLakeSamples({ hourMs, ...place }: LakeHour): Promise<SampleRow[]> {
  const read = createLakeReader(place)
  const rowsOf = async (table: LakeTable) => (await read(table, hourMs)).rows
  const [samples, disks, interfaces, processes] = await Promise.all([
    rowsOf('samples'),
    rowsOf('disks'),
    rowsOf('interfaces'),
    rowsOf('processes'),
  ])
  return samplesOfRows({ samples, disks, interfaces, processes })
}

interface RecordOfTable {
  table: LakeTable
  /** Event time: decides the hour. */
  atMs: number
  record: LakeRecord
}

/** What one row of block `block` gives the lake, as records. */
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

/** Of a part: its sample has them. */
const originNames: ReadonlySet<string> = new Set(['host', 'atMs', 'block', 'row'])

function idsOf(table: LakeTable, rows: LakeRows): string[] {
  const blocks = columnOf(table, rows, 'block')
  const numbers = columnOf(table, rows, 'row')
  return Array.from({ length: rows.rows }, (_, row) => `${String(blocks?.[row])}/${String(numbers?.[row])}`)
}
