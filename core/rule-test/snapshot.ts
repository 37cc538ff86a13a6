/** A snapshot that has these values of metrics: what reading it by `rule-metrics.ts` gives back. */
import type { RuleMetricId } from '../alerts/rule-metrics.ts'
import type { DiskIoSample, DiskSample, InterfaceSample, ProcessSample, Snapshot } from '../snapshot.ts'

export interface MetricValue {
  metric: RuleMetricId
  /** '' where a host has one. */
  entity: string
  value: number
}

type Write = (snapshot: Snapshot, value: number, entity: string) => void

/** `base`: what the host sends besides; a value of a metric takes the place of what it has of that. It is changed. */
export function snapshotOf(
  values: readonly MetricValue[],
  { atMs, intervalMs, base = nothing(atMs) }: { atMs: number; intervalMs: number; base?: Snapshot },
): Snapshot {
  const snapshot = { ...base, intervalMs }
  for (const { metric, entity, value } of values) writers[metric](snapshot, value, entity)
  return snapshot
}

function nothing(atMs: number): Snapshot {
  return {
    kind: 'snapshot',
    observedAtMs: atMs,
    intervalMs: 1,
    cpu: {},
    memory: {},
    disks: [],
    diskIo: [],
    interfaces: [],
    connections: {},
    processes: { top: [] },
  }
}

/** Rows come out by the entity, made where it is not there yet. */
const writers: Readonly<Record<RuleMetricId, Write>> = {
  'cpu.percent': (s, value) => assign(s.cpu, { percent: value }),
  'cpu.iowait': (s, value) => assign(s.cpu, { iowaitPercent: value }),
  'cpu.steal': (s, value) => assign(s.cpu, { stealPercent: value }),
  'cpu.throttled': (s, value) => assign(s.cpu, { cgroupThrottledPercent: value }),
  load1: (s, value) => assign(s.cpu, { load1: value }),
  // Unless it is said how many there are: of one core, whose load is then that of the host.
  'load.perCore': (s, value) => {
    const cores = s.cpu.perCorePercent?.length ? s.cpu.perCorePercent : [0]
    assign(s.cpu, { load1: value * cores.length, perCorePercent: cores })
  },
  'core.percent': (s, value, entity) => {
    const cores = s.cpu.perCorePercent ?? []
    while (cores.length <= Number(entity)) cores.push(0)
    assign(s.cpu, { perCorePercent: cores.with(Number(entity), value) })
  },
  'pressure.cpu': (s, value) => assign(s.cpu, { pressure: { some60Percent: value } }),
  'pressure.memory': (s, value) => assign(s.memory, { pressure: { some60Percent: value } }),
  'pressure.io': (s, value) => assign(s, { ioPressure: { some60Percent: value } }),
  'memory.percent': (s, value) => assign(s.memory, { usedPercent: value }),
  'memory.used': (s, value) => assign(s.memory, { usedBytes: value }),
  'memory.available': (s, value) => assign(s.memory, { availableBytes: value }),
  'swap.percent': (s, value) => assign(s.memory, { swapUsedPercent: value }),
  'disk.percent': disk('usedPercent'),
  'disk.inodes': disk('inodesUsedPercent'),
  'disk.free': disk('freeBytes'),
  'disk.readOnly': (s, value, mount) => assign(diskRow(s, mount), { readOnly: value !== 0 }),
  'disk.read': device('readBytesPerSecond'),
  'disk.written': device('writtenBytesPerSecond'),
  'disk.busy': device('busyPercent'),
  'net.received': network('receivedBytesPerSecond'),
  'net.sent': network('sentBytesPerSecond'),
  'net.errors': network('receiveErrorsPerSecond', { sendErrorsPerSecond: 0 }),
  'net.drops': network('receiveDropsPerSecond', { sendDropsPerSecond: 0 }),
  'tcp.established': (s, value) => assign(s.connections, { tcpEstablished: value }),
  'processes.total': (s, value) => assign(s.processes, { total: value }),
  'processes.zombies': (s, value) => assign(s.processes, { byStatus: { zombie: value } }),
  'process.cpu': process('cpuPercent'),
  'process.memory': process('rssBytes'),
  'process.threads': process('threads'),
  'process.openFiles': process('openFiles'),
  'process.openFilesPercent': (s, value, name) =>
    assign(processRow(s, name), { openFiles: value, openFilesLimit: 100 }),
  'process.count': (s, value, watch) => assign(s.processes, { watches: { ...s.processes.watches, [watch]: value } }),
  'openFiles.percent': (s, value) => assign(s, { openFiles: { used: value, limit: 100 } }),
  'sensor.celsius': (s, celsius, name) => {
    const others = (s.sensors ?? []).filter((one) => one.name !== name)
    assign(s, { sensors: [...others, { name, celsius }] })
  },
  'agent.dropped': (s, value) => assign(s, { agent: { ...s.agent, droppedSnapshots: value } }),
  'agent.waiting': (s, value) => assign(s, { agent: { ...s.agent, spoolBatches: value } }),
  'agent.cpu': (s, value) => assign(s, { agent: { ...s.agent, cpuPercent: value } }),
  'clock.offset': (s, value) => assign(s, { agent: { ...s.agent, clockOffsetMs: value } }),
}

function assign<T extends object>(target: T, fields: Partial<T>): void {
  Object.assign(target, fields)
}

function disk(field: 'usedPercent' | 'inodesUsedPercent' | 'freeBytes'): Write {
  return (s, value, mount) => assign(diskRow(s, mount), { [field]: value })
}

function device(field: 'readBytesPerSecond' | 'writtenBytesPerSecond' | 'busyPercent'): Write {
  return (s, value, name) =>
    assign(
      rowOf<DiskIoSample>(s.diskIo, (one) => one.device === name, { device: name }),
      { [field]: value },
    )
}

function network(field: keyof InterfaceSample & `${string}PerSecond`, besides: Partial<InterfaceSample> = {}): Write {
  return (s, value, name) =>
    assign(
      rowOf<InterfaceSample>(s.interfaces, (one) => one.name === name, { name }),
      { ...besides, [field]: value },
    )
}

function process(field: 'cpuPercent' | 'rssBytes' | 'threads' | 'openFiles'): Write {
  return (s, value, name) => assign(processRow(s, name), { [field]: value })
}

function diskRow({ disks }: Snapshot, mount: string): DiskSample {
  return rowOf<DiskSample>(disks, (one) => one.mount === mount, { mount })
}

/** Several of one name are one entity: the first stands for all of them. */
function processRow({ processes }: Snapshot, name: string): ProcessSample {
  const highestPid = Math.max(0, ...processes.top.map(({ pid }) => pid))
  const row = rowOf<ProcessSample>(processes.top, (one) => one.name === name, { name, pid: highestPid + 1 })
  processes.top = processes.top.filter((one) => one === row || one.name !== name)
  return row
}

function rowOf<T>(rows: T[], isIt: (row: T) => boolean, otherwise: T): T {
  const found = rows.find(isIt)
  if (!found) rows.push(otherwise)
  return found ?? otherwise
}
