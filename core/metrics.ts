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

export const metrics = [
  single('cpu.percent', 'CPU', '%', (s) => s.cpu.percent),
  single('cpu.iowait', 'CPU waiting for I/O', '%', (s) => s.cpu.iowaitPercent),
  single('cpu.steal', 'CPU stolen', '%', (s) => s.cpu.stealPercent),
  single('load1', 'Load, 1 minute', 'load', (s) => s.cpu.load1),
  single('memory.percent', 'Memory', '%', (s) => s.memory.usedPercent),
  single('memory.used', 'Memory used', 'B', (s) => s.memory.usedBytes),
  single('swap.percent', 'Swap', '%', (s) => s.memory.swapUsedPercent),
  several('disk.percent', 'Disk', '%', 'mount', (s) => s.disks.map((d) => [d.mount, d.usedPercent])),
  several('disk.inodes', 'Inodes', '%', 'mount', (s) => s.disks.map((d) => [d.mount, d.inodesUsedPercent])),
  several('disk.read', 'Disk read', 'B/s', 'device', (s) => s.diskIo.map((d) => [d.device, d.readBytesPerSecond])),
  several('disk.written', 'Disk written', 'B/s', 'device', (s) =>
    s.diskIo.map((d) => [d.device, d.writtenBytesPerSecond]),
  ),
  several('disk.busy', 'Disk busy', '%', 'device', (s) => s.diskIo.map((d) => [d.device, d.busyPercent])),
  several('net.received', 'Network received', 'B/s', 'interface', (s) =>
    s.interfaces.map((i) => [i.name, i.receivedBytesPerSecond]),
  ),
  several('net.sent', 'Network sent', 'B/s', 'interface', (s) =>
    s.interfaces.map((i) => [i.name, i.sentBytesPerSecond]),
  ),
  single('tcp.established', 'TCP connections', 'count', (s) => s.connections.tcpEstablished),
  single('processes.total', 'Processes', 'count', (s) => s.processes.total),
] as const satisfies readonly Metric[]

export type MetricId = (typeof metrics)[number]['id']

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
