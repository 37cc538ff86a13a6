/**
 * The columns of the lake's tables, and where each value stands in the row of the log that it comes from.
 *
 * Every table has `block` and `row`: the number of the log's block that a record came in, and its place there. That names a
 * sample (two machines under one name may well send the same host and time) and joins the tables.
 */
import type { LakeTable } from '../keys.ts'

export type ColumnKind = 'text' | 'integer' | 'number' | 'flag' | 'time' | 'json'

export interface Column {
  name: string
  kind: ColumnKind
  required: boolean
  /** Where the value stands in the row or snapshot that the record is made from; nowhere: it is a remainder. */
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
    sensors: 'json',
    events: 'json',
    findings: 'json',
    unavailable: 'json',
  }),
  column('changes', 'json', ['changes']),
  ...columns('snapshot.openFiles', { used: 'integer', limit: 'integer' }),
  ...columns('snapshot.ioPressure', pressure()),
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
    cgroupLimitCores: 'number',
    cgroupUsedCores: 'number',
    cgroupThrottledPercent: 'number',
  }),
  ...columns('snapshot.cpu.pressure', pressure()),
  ...columns('snapshot.memory', { totalBytes: 'integer', usedBytes: 'integer' }),
  column('memoryOtherBytes', 'integer', []),
  column('memoryAvailableBytesAlone', 'integer', ['snapshot', 'memory', 'availableBytes']),
  ...columns('snapshot.memory', {
    usedPercent: 'number',
    swapTotalBytes: 'integer',
    swapUsedBytes: 'integer',
    swapUsedPercent: 'number',
    swapInBytesPerSecond: 'number',
    swapOutBytesPerSecond: 'number',
    cgroupLimitBytes: 'integer',
    cgroupUsedBytes: 'integer',
  }),
  ...columns('snapshot.memory.pressure', pressure()),
  ...columns('snapshot.connections', {
    tcpEstablished: 'integer',
    tcpListen: 'integer',
    tcpTimeWait: 'integer',
    tcpInUse: 'integer',
    tcpOrphaned: 'integer',
    udpInUse: 'integer',
    socketsUsed: 'integer',
  }),
  ...columns('snapshot.processes', {
    total: 'integer',
    threads: 'integer',
    byStatus: 'json',
    forksPerSecond: 'number',
    watches: 'json',
  }),
  ...columns('snapshot.agent', {
    collectCpuMs: 'number',
    cpuPercent: 'number',
    rssBytes: 'integer',
    spoolBatches: 'integer',
    spoolBytes: 'integer',
    spoolState: 'text',
    droppedBatches: 'integer',
    droppedSnapshots: 'integer',
    lastPushAtMs: 'time',
    clockOffsetMs: 'integer',
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
  }),
  column('reservedBytes', 'integer', []),
  column('freeBytesAlone', 'integer', ['freeBytes']),
  ...columns('', {
    usedPercent: 'number',
    inodesTotal: 'integer',
    inodesUsed: 'integer',
    inodesUsedPercent: 'number',
    readOnly: 'flag',
    readBytesPerSecond: 'number',
    writtenBytesPerSecond: 'number',
    readsPerSecond: 'number',
    writesPerSecond: 'number',
    readLatencyMs: 'number',
    writeLatencyMs: 'number',
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
    ppid: 'integer',
    user: 'text',
    status: 'text',
    cpuPercent: 'number',
    rssBytes: 'integer',
    pssBytes: 'integer',
    threads: 'integer',
    openFiles: 'integer',
    openFilesLimit: 'integer',
    readBytesPerSecond: 'number',
    writtenBytesPerSecond: 'number',
    startedAtMs: 'time',
    watch: 'text',
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
  ...columns('', { ruleHash: 'text', severityBefore: 'text', amends: 'text', flapping: 'flag', gone: 'flag' }),
  column('learnedAtMs', 'time', ['late', 'learnedAtMs']),
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

/**
 * What is free moves with what is used, so that it would cost as much again as that does. Of the three that make up a whole
 * the last one is kept as its remainder, which hardly ever changes: `rest` = `total` - `used` - `remainder`. `alone` has it
 * where the others are not known, and then there is no remainder.
 */
export interface Remainder {
  total: string
  used: string
  remainder: string
  alone: string
}

export const lakeRemainders: Readonly<Partial<Record<LakeTable, Remainder>>> = {
  samples: {
    total: 'memoryTotalBytes',
    used: 'memoryUsedBytes',
    remainder: 'memoryOtherBytes',
    alone: 'memoryAvailableBytesAlone',
  },
  disks: { total: 'totalBytes', used: 'usedBytes', remainder: 'reservedBytes', alone: 'freeBytesAlone' },
}

/** The column that tells when a row of the table was: by it rows come to their day. */
export function lakeTime(table: LakeTable): 'atMs' | 'fromMs' {
  return table === 'gaps' ? 'fromMs' : 'atMs'
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
