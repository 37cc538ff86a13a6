/**
 * Snapshot, schema version 1: what one host looked like at one moment.
 *
 * Units are in the names. Times are milliseconds since the epoch, UTC. Percentages go from 0 to 100 (a process: 100 is
 * one core busy). Rates are per second over the time since the snapshot before. What could not be read is absent, never
 * 0, and named in `unavailable` with the reason.
 */
import * as v from 'valibot'
import { limits } from './limits.ts'

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.nameLength))
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.pathLength))
const count = v.pipe(v.number(), v.finite(), v.minValue(0))
const integer = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const percent = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(100))
const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const reason = v.pipe(v.string(), v.maxLength(limits.reasonLength))

const pressure = v.object({
  some10Percent: v.optional(percent),
  some60Percent: v.optional(percent),
  full10Percent: v.optional(percent),
  full60Percent: v.optional(percent),
})

/** Shares of all cores together. `percent` is 100 - idle - iowait. */
const cpu = v.object({
  percent: v.optional(percent),
  perCorePercent: v.optional(v.pipe(v.array(percent), v.maxLength(limits.coresPerSnapshot))),
  userPercent: v.optional(percent),
  systemPercent: v.optional(percent),
  iowaitPercent: v.optional(percent),
  stealPercent: v.optional(percent),
  load1: v.optional(count),
  load5: v.optional(count),
  load15: v.optional(count),
  pressure: v.optional(pressure),
  /** What the control group may use, in cores: 1.5 is one and a half. */
  cgroupLimitCores: v.optional(count),
  /** Cores that the control group kept busy. */
  cgroupUsedCores: v.optional(count),
  /** Share of the scheduler's periods in which the group was held back. */
  cgroupThrottledPercent: v.optional(percent),
})

/** `usedBytes` is total - available: what can't be had without swapping. */
const memory = v.object({
  totalBytes: v.optional(integer),
  availableBytes: v.optional(integer),
  usedBytes: v.optional(integer),
  usedPercent: v.optional(percent),
  swapTotalBytes: v.optional(integer),
  swapUsedBytes: v.optional(integer),
  swapUsedPercent: v.optional(percent),
  swapInBytesPerSecond: v.optional(count),
  swapOutBytesPerSecond: v.optional(count),
  cgroupLimitBytes: v.optional(integer),
  cgroupUsedBytes: v.optional(integer),
  pressure: v.optional(pressure),
})

/** One real mount. `usedPercent` is what `df` prints: used / (used + available to users). */
const disk = v.object({
  mount: path,
  device: v.optional(path),
  fsType: v.optional(name),
  totalBytes: v.optional(integer),
  usedBytes: v.optional(integer),
  freeBytes: v.optional(integer),
  usedPercent: v.optional(percent),
  inodesTotal: v.optional(integer),
  inodesUsed: v.optional(integer),
  inodesUsedPercent: v.optional(percent),
  /** An error has made it so: it takes no writes though it was mounted for them. */
  readOnly: v.optional(v.boolean()),
})

/** Latencies are the mean of the operations that ended since the snapshot before; without any there is none. */
const diskIo = v.object({
  device: name,
  readBytesPerSecond: v.optional(count),
  writtenBytesPerSecond: v.optional(count),
  readsPerSecond: v.optional(count),
  writesPerSecond: v.optional(count),
  readLatencyMs: v.optional(count),
  writeLatencyMs: v.optional(count),
  busyPercent: v.optional(percent),
})

const networkInterface = v.object({
  name,
  receivedBytesPerSecond: v.optional(count),
  sentBytesPerSecond: v.optional(count),
  receivedPacketsPerSecond: v.optional(count),
  sentPacketsPerSecond: v.optional(count),
  receiveErrorsPerSecond: v.optional(count),
  sendErrorsPerSecond: v.optional(count),
  receiveDropsPerSecond: v.optional(count),
  sendDropsPerSecond: v.optional(count),
})

const connections = v.object({
  tcpEstablished: v.optional(integer),
  tcpListen: v.optional(integer),
  tcpTimeWait: v.optional(integer),
  tcpInUse: v.optional(integer),
  tcpOrphaned: v.optional(integer),
  udpInUse: v.optional(integer),
  socketsUsed: v.optional(integer),
})

const watchExpression = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.watchLength))

/** Identity is pid + startedAtMs. `cpuPercent`: 100 is one core busy. */
const processRow = v.object({
  pid: integer,
  ppid: v.optional(integer),
  name,
  user: v.optional(name),
  status: v.optional(name),
  cpuPercent: v.optional(count),
  rssBytes: v.optional(integer),
  /** What is shared counts by its share. Read where it is asked for: it costs a hundred times the rest of the row. */
  pssBytes: v.optional(integer),
  threads: v.optional(integer),
  openFiles: v.optional(integer),
  openFilesLimit: v.optional(integer),
  /** To and from storage. */
  readBytesPerSecond: v.optional(count),
  writtenBytesPerSecond: v.optional(count),
  startedAtMs: v.optional(timeMs),
  /** The expression by which it is watched. */
  watch: v.optional(watchExpression),
})

const processes = v.object({
  total: v.optional(integer),
  threads: v.optional(integer),
  byStatus: v.optional(v.record(name, integer)),
  forksPerSecond: v.optional(count),
  /** Watch expression -> processes that match it now; 0: none is left. */
  watches: v.optional(v.record(watchExpression, integer)),
  /** The top by CPU, by memory and (where asked for) by open files, and all that are watched; no doubles, most CPU first. */
  top: v.pipe(v.array(processRow), v.maxLength(limits.processesPerSnapshot)),
})

/** What became of a watched process since the snapshot before. */
const processEvent = v.object({
  kind: v.picklist(['process-started', 'process-ended', 'process-restarted']),
  /** When it was noticed; a start is known to the tick by `startedAtMs`. */
  atMs: timeMs,
  watch: watchExpression,
  name,
  pid: integer,
  startedAtMs: v.optional(timeMs),
  /** Of a restart: who it was before. */
  before: v.optional(v.object({ pid: integer, startedAtMs: v.optional(timeMs) })),
})

/** What a check of the user's own found wrong. Gone from the next snapshot: over, unless `unavailable` names its source. */
const finding = v.object({
  check: name,
  /** Who found it, where that is not the check itself: one function may find several things. */
  source: v.optional(name),
  /** What of several it is about; absent: the host. */
  subject: v.optional(name),
  severity: v.picklist(['warning', 'critical']),
  message: reason,
  value: v.optional(v.pipe(v.number(), v.finite())),
  threshold: v.optional(v.pipe(v.number(), v.finite())),
})

const sensor = v.object({ name, celsius: v.pipe(v.number(), v.finite()) })

/** What the agent knows of itself. */
const agentSelf = v.object({
  collectCpuMs: v.optional(count),
  /** All that the agent does, since the snapshot before; 100 is one core busy. */
  cpuPercent: v.optional(count),
  rssBytes: v.optional(integer),
  spoolBatches: v.optional(integer),
  spoolBytes: v.optional(integer),
  /** `memory`: the disk takes nothing, a crash loses what waits. */
  spoolState: v.optional(v.picklist(['disk', 'memory'])),
  droppedBatches: v.optional(integer),
  droppedSnapshots: v.optional(integer),
  lastPushAtMs: v.optional(timeMs),
  /** The store's clock less the host's, as last heard. */
  clockOffsetMs: v.optional(v.pipe(v.number(), v.safeInteger())),
})

export const snapshotSchema = v.object({
  kind: v.literal('snapshot'),
  /** Wall clock of the host. */
  observedAtMs: timeMs,
  /** Time since boot, which no clock setting moves: with `bootId` it puts a host right that booted in 1970. */
  sinceBootMs: v.optional(timeMs),
  bootId: v.optional(name),
  /** The time to the next snapshot as it was planned. */
  intervalMs: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  cpu,
  memory,
  disks: v.pipe(v.array(disk), v.maxLength(limits.disksPerSnapshot)),
  diskIo: v.pipe(v.array(diskIo), v.maxLength(limits.devicesPerSnapshot)),
  interfaces: v.pipe(v.array(networkInterface), v.maxLength(limits.interfacesPerSnapshot)),
  connections,
  processes,
  ioPressure: v.optional(pressure),
  /** File descriptors of the whole system. */
  openFiles: v.optional(v.object({ used: v.optional(integer), limit: v.optional(integer) })),
  sensors: v.optional(v.pipe(v.array(sensor), v.maxLength(limits.sensorsPerSnapshot))),
  events: v.optional(v.pipe(v.array(processEvent), v.maxLength(limits.eventsPerSnapshot))),
  findings: v.optional(v.pipe(v.array(finding), v.maxLength(limits.findingsPerSnapshot))),
  agent: v.optional(agentSelf),
  /** Metric or subject -> why it is missing, e.g. `disks:/mnt/nas` -> `statfs did not answer in 1000 ms`. */
  unavailable: v.optional(v.record(v.pipe(v.string(), v.maxLength(limits.pathLength)), reason)),
})

/** Static facts of a host; sent with each batch, since a batch must stand alone. */
export const hostFactsSchema = v.object({
  os: v.optional(name),
  kernel: v.optional(name),
  arch: v.optional(name),
  cpuModel: v.optional(name),
  cores: v.optional(integer),
  virtualisation: v.optional(name),
  tags: v.optional(v.record(name, name)),
})

export type Snapshot = v.InferOutput<typeof snapshotSchema>
export type HostFacts = v.InferOutput<typeof hostFactsSchema>
export type CpuSample = Snapshot['cpu']
export type MemorySample = Snapshot['memory']
export type DiskSample = Snapshot['disks'][number]
export type DiskIoSample = Snapshot['diskIo'][number]
export type InterfaceSample = Snapshot['interfaces'][number]
export type ConnectionsSample = Snapshot['connections']
export type ProcessSample = Snapshot['processes']['top'][number]
export type Finding = NonNullable<Snapshot['findings']>[number]
export type ProcessesSample = Snapshot['processes']
