/**
 * The metrics that rules, rollups, charts and pages speak of: one table, so that a name, a unit and where its value
 * stands in a snapshot are said once.
 */
import type { Snapshot } from './snapshot.ts'

export type Unit = '%' | 'B/s' | 'B' | 'load' | 'count' | '/s' | 'ms' | '°C'

export interface Metric<Per extends string = 'mount' | 'device' | 'interface'> {
  id: string
  title: string
  unit: Unit
  /** What one snapshot has several of; absent: one value a snapshot. */
  per?: Per
  /** [entity, value]; the entity is '' where there is one value. Absent values give no entry. */
  read(snapshot: Snapshot): [entity: string, value: number][]
}

/** One that stands in a column of the lake, so that rollups are made of it. */
export interface StoredMetric extends Metric<keyof typeof entities> {
  /** Where the value stands in a snapshot, or in each of the several. */
  path: readonly string[]
}

/** Where a snapshot has several of them, and what they are told apart by. */
export const entities = {
  mount: { list: 'disks', name: 'mount' },
  device: { list: 'diskIo', name: 'device' },
  interface: { list: 'interfaces', name: 'name' },
} as const

export const metrics = [
  stored('cpu.percent', 'CPU', '%', 'cpu', 'percent'),
  stored('cpu.iowait', 'CPU waiting for I/O', '%', 'cpu', 'iowaitPercent'),
  stored('cpu.steal', 'CPU stolen', '%', 'cpu', 'stealPercent'),
  stored('load1', 'Load, 1 minute', 'load', 'cpu', 'load1'),
  stored('memory.percent', 'Memory', '%', 'memory', 'usedPercent'),
  stored('memory.used', 'Memory used', 'B', 'memory', 'usedBytes'),
  stored('swap.percent', 'Swap', '%', 'memory', 'swapUsedPercent'),
  storedOfEach('disk.percent', 'Disk', '%', 'mount', 'usedPercent'),
  storedOfEach('disk.inodes', 'Inodes', '%', 'mount', 'inodesUsedPercent'),
  storedOfEach('disk.read', 'Disk read', 'B/s', 'device', 'readBytesPerSecond'),
  storedOfEach('disk.written', 'Disk written', 'B/s', 'device', 'writtenBytesPerSecond'),
  storedOfEach('disk.busy', 'Disk busy', '%', 'device', 'busyPercent'),
  storedOfEach('net.received', 'Network received', 'B/s', 'interface', 'receivedBytesPerSecond'),
  storedOfEach('net.sent', 'Network sent', 'B/s', 'interface', 'sentBytesPerSecond'),
  stored('tcp.established', 'TCP connections', 'count', 'connections', 'tcpEstablished'),
  stored('processes.total', 'Processes', 'count', 'processes', 'total'),
] as const satisfies readonly StoredMetric[]

const byId = new Map<string, Metric>(metrics.map((metric) => [metric.id, metric]))

export function metricById(id: string): Metric | undefined {
  return byId.get(id)
}

/** `cpu.percent`, or `disk.percent|/var` for one of several. */
export type SeriesKey = string

export function seriesKey(metricId: string, entity: string): SeriesKey {
  return entity === '' ? metricId : `${metricId}|${entity}`
}

export function parseSeriesKey(key: SeriesKey): { metricId: string; entity: string } {
  const bar = key.indexOf('|')
  return bar < 0 ? { metricId: key, entity: '' } : { metricId: key.slice(0, bar), entity: key.slice(bar + 1) }
}

export function single<const Id extends string>(
  id: Id,
  title: string,
  unit: Unit,
  value: (snapshot: Snapshot) => number | undefined,
): Metric<never> & { id: Id } {
  return {
    id,
    title,
    unit,
    read: (snapshot) => {
      const read = value(snapshot)
      return read === undefined ? [] : [['', read]]
    },
  }
}

export function several<const Id extends string, const Per extends string>(
  id: Id,
  title: string,
  unit: Unit,
  per: Per,
  values: (snapshot: Snapshot) => [string, number | undefined][],
): Metric<Per> & { id: Id } {
  return {
    id,
    title,
    unit,
    per,
    read: (snapshot) => values(snapshot).filter((entry): entry is [string, number] => entry[1] !== undefined),
  }
}

type NumberField<Part> = {
  [Field in keyof Part]-?: NonNullable<Part[Field]> extends number ? Field & string : never
}[keyof Part]

function stored<const Id extends string, Part extends 'cpu' | 'memory' | 'connections' | 'processes'>(
  id: Id,
  title: string,
  unit: Unit,
  part: Part,
  field: NumberField<Snapshot[Part]>,
): StoredMetric & { id: Id } {
  return { ...single(id, title, unit, (snapshot) => snapshot[part][field] as number | undefined), path: [part, field] }
}

function storedOfEach<const Id extends string, Per extends keyof typeof entities>(
  id: Id,
  title: string,
  unit: Unit,
  per: Per,
  field: NumberField<Snapshot[(typeof entities)[Per]['list']][number]>,
): StoredMetric & { id: Id } {
  const { list, name } = entities[per]
  const values = (snapshot: Snapshot) =>
    (snapshot[list] as unknown as readonly Readonly<Record<string, unknown>>[]).map(
      (item): [string, number | undefined] => [item[name] as string, item[field] as number | undefined],
    )
  return { ...several(id, title, unit, per, values), path: [field] }
}
