/**
 * The tables of the lake: their columns, and rows of the log as flat records and back. Nothing is lost but the order of
 * disks, interfaces and processes inside a snapshot. Absent values have no entry in a record, and are null in the file.
 *
 * Every record carries `block` and `row`: the number of the log's block it came in and its place there. That names a
 * sample (two machines under one name may well send the same host and time) and joins the tables.
 */
import type { Transition } from '../alerts/alert.ts'
import type { LakeTable } from '../keys.ts'
import type { BlockRow, GapRow, SampleRow } from '../shard/block.ts'
import type { Snapshot } from '../snapshot.ts'

export type ColumnKind = 'text' | 'integer' | 'number' | 'flag' | 'time' | 'json'
export type Cell = string | number | boolean | undefined
export type LakeRecord = Record<string, Cell>

export interface Column {
  name: string
  kind: ColumnKind
  required: boolean
  /** Where the value stands in the row or snapshot that the record is made from. */
  path: readonly string[]
}

/** What comes before the table's own columns, everywhere. */
const origin = [column('block', 'integer', ['block'], true), column('row', 'integer', ['row'], true)]

const sampleColumns = [
  column('host', 'text', ['host'], true),
  column('atMs', 'time', ['atMs'], true),
  ...origin,
  ...columns('snapshot', {
    observedAtMs: 'time',
    sinceBootMs: 'integer',
    bootId: 'text',
    intervalMs: 'integer',
    unavailable: 'json',
  }),
  ...columns('snapshot.cpu', {
    percent: 'number',
    perCorePercent: 'json',
    userPercent: 'number',
    systemPercent: 'number',
    iowaitPercent: 'number',
    stealPercent: 'number',
    load1: 'number',
    load5: 'number',
    load15: 'number',
  }),
  ...columns('snapshot.cpu.pressure', pressure()),
  ...columns('snapshot.memory', {
    totalBytes: 'integer',
    availableBytes: 'integer',
    usedBytes: 'integer',
    usedPercent: 'number',
    swapTotalBytes: 'integer',
    swapUsedBytes: 'integer',
    swapUsedPercent: 'number',
    cgroupLimitBytes: 'integer',
    cgroupUsedBytes: 'integer',
  }),
  ...columns('snapshot.memory.pressure', pressure()),
  ...columns('snapshot.connections', {
    tcpEstablished: 'integer',
    tcpTimeWait: 'integer',
    tcpInUse: 'integer',
    tcpOrphaned: 'integer',
    udpInUse: 'integer',
    socketsUsed: 'integer',
  }),
  ...columns('snapshot.processes', { total: 'integer', threads: 'integer', byStatus: 'json' }),
  ...columns('snapshot.agent', {
    collectCpuMs: 'number',
    rssBytes: 'integer',
    spoolBatches: 'integer',
    spoolBytes: 'integer',
    droppedBatches: 'integer',
    lastPushAtMs: 'time',
  }),
]

/** Mounts (`kind` is `mount`) and the devices below them (`device`): the other's columns are null. */
const diskColumns = [
  ...part('kind'),
  ...columns('', {
    mount: 'text',
    device: 'text',
    fsType: 'text',
    totalBytes: 'integer',
    usedBytes: 'integer',
    freeBytes: 'integer',
    usedPercent: 'number',
    inodesTotal: 'integer',
    inodesUsed: 'integer',
    inodesUsedPercent: 'number',
    readOnly: 'flag',
    readBytesPerSecond: 'number',
    writtenBytesPerSecond: 'number',
    readsPerSecond: 'number',
    writesPerSecond: 'number',
    busyPercent: 'number',
  }),
]

const interfaceColumns = [
  ...part('name'),
  ...columns('', {
    receivedBytesPerSecond: 'number',
    sentBytesPerSecond: 'number',
    receivedPacketsPerSecond: 'number',
    sentPacketsPerSecond: 'number',
    receiveErrorsPerSecond: 'number',
    sendErrorsPerSecond: 'number',
    receiveDropsPerSecond: 'number',
    sendDropsPerSecond: 'number',
  }),
]

const processColumns = [
  ...part('name'),
  ...columns('', {
    pid: 'integer',
    user: 'text',
    status: 'text',
    cpuPercent: 'number',
    rssBytes: 'integer',
    threads: 'integer',
    openFiles: 'integer',
    startedAtMs: 'time',
  }),
]

const transitionColumns = [
  column('host', 'text', ['host'], true),
  column('atMs', 'time', ['atMs'], true),
  ...origin,
  ...columns('', {
    rule: 'text',
    entity: 'text',
    severity: 'text',
    from: 'text',
    to: 'text',
    decidedAtMs: 'time',
    reason: 'text',
    value: 'number',
    threshold: 'number',
  }),
  column('incident', 'text', ['incident', 'id']),
  column('startedAtMs', 'time', ['incident', 'startedAtMs']),
  column('top', 'json', ['top']),
]

const gapColumns = [
  column('host', 'text', ['host'], true),
  column('fromMs', 'time', ['fromMs'], true),
  ...origin,
  ...columns('', { toMs: 'time', snapshots: 'integer', batches: 'integer', reason: 'text', told: 'json' }),
]

export const lakeColumns: Readonly<Record<LakeTable, readonly Column[]>> = {
  samples: sampleColumns,
  disks: diskColumns,
  interfaces: interfaceColumns,
  processes: processColumns,
  transitions: transitionColumns,
  gaps: gapColumns,
}

/** By what the rows of a table are sorted, before `block` and `row`: what is alike lies together. */
export const lakeOrder: Readonly<Record<LakeTable, readonly string[]>> = {
  samples: ['host', 'atMs'],
  disks: ['host', 'kind', 'mount', 'device', 'atMs'],
  interfaces: ['host', 'name', 'atMs'],
  processes: ['host', 'pid', 'startedAtMs', 'atMs'],
  transitions: ['host', 'rule', 'entity', 'atMs'],
  gaps: ['host', 'fromMs'],
}

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
  for (const { name, kind, path } of lakeColumns[table]) {
    let found: unknown = value
    for (const step of path) found = (found as Record<string, unknown> | undefined)?.[step]
    if (found !== undefined) record[name] = kind === 'json' ? JSON.stringify(found) : (found as Cell)
  }
  return record
}

function fromRecord(table: LakeTable, record: LakeRecord): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const { name, kind, path } of lakeColumns[table]) {
    const cell = record[name]
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

function column(name: string, kind: ColumnKind, path: readonly string[], required = false): Column {
  return { name, kind, path, required }
}

/** `snapshot.cpu` + `percent` is the column `cpuPercent`; the snapshot's own fields keep their names. */
function columns(place: string, kinds: Record<string, ColumnKind>): Column[] {
  const path = place === '' ? [] : place.split('.')
  return Object.entries(kinds).map(([field, kind]) => {
    const [, ...inner] = path
    return column([...inner, field].map(capitalizeAfterFirst).join(''), kind, [...path, field])
  })
}

/** Begin of a table whose rows are parts of a sample. */
function part(entity: 'kind' | 'name'): Column[] {
  return [
    column('host', 'text', ['host'], true),
    column(entity, 'text', [entity], true),
    column('atMs', 'time', ['atMs'], true),
    ...origin,
  ]
}

function pressure(): Record<string, ColumnKind> {
  return { some10Percent: 'number', some60Percent: 'number', full10Percent: 'number', full60Percent: 'number' }
}

function capitalizeAfterFirst(word: string, index: number): string {
  return index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)
}
