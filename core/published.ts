/**
 * What of a snapshot the status page's objects have. The site may be open to more people than the lake: a field that an
 * agent learns to send is not published before it stands here.
 */
import type { Snapshot } from './snapshot.ts'

type Fields<Value> = readonly (keyof Value & string)[]

const cpu = [
  'percent',
  'userPercent',
  'systemPercent',
  'iowaitPercent',
  'stealPercent',
  'load1',
  'load5',
  'load15',
] as const satisfies Fields<Snapshot['cpu']>

const memory = [
  'totalBytes',
  'usedBytes',
  'usedPercent',
  'swapTotalBytes',
  'swapUsedPercent',
  'cgroupLimitBytes',
  'cgroupUsedBytes',
] as const satisfies Fields<Snapshot['memory']>

const disk = [
  'mount',
  'totalBytes',
  'usedBytes',
  'freeBytes',
  'usedPercent',
  'inodesUsedPercent',
  'readOnly',
] as const satisfies Fields<Snapshot['disks'][number]>

const diskIo = ['device', 'readBytesPerSecond', 'writtenBytesPerSecond', 'busyPercent'] as const satisfies Fields<
  Snapshot['diskIo'][number]
>

const networkInterface = [
  'name',
  'receivedBytesPerSecond',
  'sentBytesPerSecond',
  'receiveErrorsPerSecond',
  'sendErrorsPerSecond',
  'receiveDropsPerSecond',
  'sendDropsPerSecond',
] as const satisfies Fields<Snapshot['interfaces'][number]>

const processRow = [
  'pid',
  'name',
  'user',
  'status',
  'cpuPercent',
  'rssBytes',
  'threads',
  'openFiles',
  'startedAtMs',
] as const satisfies Fields<Snapshot['processes']['top'][number]>

const own = ['kind', 'observedAtMs', 'sinceBootMs', 'intervalMs', 'unavailable'] as const satisfies Fields<Snapshot>

/** What of the rollups the lines of the last day have, by the field that they have it in. */
export const publishedDay = {
  cpuPercent: 'cpu.percent',
  memoryPercent: 'memory.percent',
  diskPercent: 'disk.percent',
} as const

export type PublishedDayField = keyof typeof publishedDay
export const publishedDayFields = Object.keys(publishedDay) as PublishedDayField[]

/** The snapshot without what is not published. */
export function publishedSnapshot(snapshot: Snapshot): Snapshot {
  const { disks, diskIo: devices, interfaces, processes } = snapshot
  return {
    ...pick(snapshot, own),
    cpu: pick(snapshot.cpu, cpu),
    memory: pick(snapshot.memory, memory),
    disks: disks.map((one) => pick(one, disk)),
    diskIo: devices.map((one) => pick(one, diskIo)),
    interfaces: interfaces.map((one) => pick(one, networkInterface)),
    connections: {},
    processes: { ...pick(processes, ['total']), top: processes.top.map((row) => pick(row, processRow)) },
  }
}

function pick<Value extends object, Key extends keyof Value & string>(
  value: Value,
  keys: readonly Key[],
): Pick<Value, Key> {
  const kept = keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])
  return Object.fromEntries(kept) as Pick<Value, Key>
}
