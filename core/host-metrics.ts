/**
 * A snapshot under the names of the CloudWatch agent, so that its dashboards and alarms work as they stand: one table, which
 * docs/cloudwatch.md repeats and a test holds it to. Each combination of name and dimensions is billed by the month.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html
 */
import { matchesGlob } from './glob.ts'
import type { CpuSample, DiskIoSample, DiskSample, InterfaceSample, ProcessSample, Snapshot } from './snapshot.ts'

export type MetricUnit = 'Percent' | 'Count' | 'Bytes' | 'Milliseconds'

export interface HostMetric {
  name: string
  unit: MetricUnit
  dimensions: Readonly<Record<string, string>>
  value: number
}

export interface HostMetricKind {
  name: string
  unit: MetricUnit
  /** Besides `host`. */
  dimensions: readonly string[]
  /** Where the value comes from, in our own names. */
  ours: string
  /** Sent where no names are asked for. */
  isDefault: boolean
  read(snapshot: Snapshot): Reading[]
}

type Reading = [dimensions: Readonly<Record<string, string>>, value: number | undefined]

export const hostMetricKinds: readonly HostMetricKind[] = [
  cpu('cpu_usage_active', '100 - idle: `cpu.percent` + `cpu.iowaitPercent`', activePercent, true),
  cpu('cpu_usage_user', '`cpu.userPercent`', (sample) => sample.userPercent),
  cpu('cpu_usage_system', '`cpu.systemPercent`', (sample) => sample.systemPercent),
  cpu('cpu_usage_iowait', '`cpu.iowaitPercent`', (sample) => sample.iowaitPercent),
  cpu('cpu_usage_steal', '`cpu.stealPercent`', (sample) => sample.stealPercent),
  single('mem_used_percent', 'Percent', '`memory.usedPercent`', (s) => s.memory.usedPercent, true),
  single('mem_used', 'Bytes', '`memory.usedBytes`', (s) => s.memory.usedBytes),
  single('mem_available', 'Bytes', '`memory.availableBytes`', (s) => s.memory.availableBytes),
  single('mem_total', 'Bytes', '`memory.totalBytes`', (s) => s.memory.totalBytes),
  single('swap_used_percent', 'Percent', '`memory.swapUsedPercent`', (s) => s.memory.swapUsedPercent, true),
  single('swap_used', 'Bytes', '`memory.swapUsedBytes`', (s) => s.memory.swapUsedBytes),
  disk('disk_used_percent', 'Percent', '`disks[].usedPercent`', (one) => one.usedPercent, true),
  disk('disk_used', 'Bytes', '`disks[].usedBytes`', (one) => one.usedBytes),
  disk('disk_free', 'Bytes', '`disks[].freeBytes`', (one) => one.freeBytes),
  disk('disk_total', 'Bytes', '`disks[].totalBytes`', (one) => one.totalBytes),
  disk('disk_inodes_free', 'Count', '`inodesTotal` - `inodesUsed`', inodesFree),
  disk('disk_inodes_used', 'Count', '`disks[].inodesUsed`', (one) => one.inodesUsed),
  disk('disk_inodes_total', 'Count', '`disks[].inodesTotal`', (one) => one.inodesTotal),
  diskIo('diskio_read_bytes', 'Bytes', 'readBytesPerSecond'),
  diskIo('diskio_write_bytes', 'Bytes', 'writtenBytesPerSecond'),
  diskIo('diskio_reads', 'Count', 'readsPerSecond'),
  diskIo('diskio_writes', 'Count', 'writesPerSecond'),
  {
    ...kind('diskio_io_time', 'Milliseconds', '`diskIo[].busyPercent` of the interval'),
    dimensions: ['name'],
    read: ({ diskIo: devices, intervalMs }) =>
      devices.map((one) => [{ name: one.device }, scaled(one.busyPercent, intervalMs / 100)]),
  },
  network('net_bytes_recv', 'Bytes', 'receivedBytesPerSecond'),
  network('net_bytes_sent', 'Bytes', 'sentBytesPerSecond'),
  network('net_packets_recv', 'Count', 'receivedPacketsPerSecond'),
  network('net_packets_sent', 'Count', 'sentPacketsPerSecond'),
  network('net_err_in', 'Count', 'receiveErrorsPerSecond'),
  network('net_err_out', 'Count', 'sendErrorsPerSecond'),
  network('net_drop_in', 'Count', 'receiveDropsPerSecond'),
  network('net_drop_out', 'Count', 'sendDropsPerSecond'),
  single('netstat_tcp_established', 'Count', '`connections.tcpEstablished`', (s) => s.connections.tcpEstablished, true),
  single('netstat_tcp_listen', 'Count', '`connections.tcpListen`', (s) => s.connections.tcpListen),
  single('netstat_tcp_time_wait', 'Count', '`connections.tcpTimeWait`', (s) => s.connections.tcpTimeWait),
  single('netstat_udp_socket', 'Count', '`connections.udpInUse`', (s) => s.connections.udpInUse),
  single('processes_total', 'Count', '`processes.total`', (s) => s.processes.total, true),
  single('processes_total_threads', 'Count', '`processes.threads`', (s) => s.processes.threads),
  status('processes_running', 'running'),
  status('processes_sleeping', 'sleeping'),
  status('processes_blocked', 'disk-sleep'),
  status('processes_zombies', 'zombie'),
  status('processes_stopped', 'stopped'),
  status('processes_idle', 'idle'),
  watched('procstat_cpu_usage', 'Percent', 'cpuPercent'),
  watched('procstat_memory_rss', 'Bytes', 'rssBytes'),
  watched('procstat_num_threads', 'Count', 'threads'),
  watched('procstat_num_fds', 'Count', 'openFiles'),
  {
    ...kind('procstat_lookup_pid_count', 'Count', '`processes.watches`'),
    dimensions: ['watch'],
    read: ({ processes }) => Object.entries(processes.watches ?? {}).map(([watch, count]) => [{ watch }, count]),
  },
]

/** Those whose name one of the globs matches; without globs the small set. */
export function selectKinds(globs: readonly string[] | undefined): HostMetricKind[] {
  return hostMetricKinds.filter(({ name, isDefault }) =>
    globs ? globs.some((glob) => matchesGlob(glob, name)) : isDefault,
  )
}

/** What the snapshot lacks is absent here, too. */
export function hostMetrics(host: string, snapshot: Snapshot, kinds: readonly HostMetricKind[]): HostMetric[] {
  return kinds.flatMap(({ name, unit, read }) =>
    read(snapshot).flatMap(([dimensions, value]): HostMetric[] =>
      value === undefined ? [] : [{ name, unit, dimensions: { host, ...dimensions }, value }],
    ),
  )
}

function kind(name: string, unit: MetricUnit, ours: string, isDefault = false) {
  return { name, unit, ours, isDefault }
}

function single(
  name: string,
  unit: MetricUnit,
  ours: string,
  value: (snapshot: Snapshot) => number | undefined,
  isDefault = false,
): HostMetricKind {
  return { ...kind(name, unit, ours, isDefault), dimensions: [], read: (snapshot) => [[{}, value(snapshot)]] }
}

function cpu(
  name: string,
  ours: string,
  value: (sample: CpuSample) => number | undefined,
  isDefault = false,
): HostMetricKind {
  return {
    ...kind(name, 'Percent', ours, isDefault),
    dimensions: ['cpu'],
    read: ({ cpu: sample }) => [[{ cpu: 'cpu-total' }, value(sample)]],
  }
}

function disk(
  name: string,
  unit: MetricUnit,
  ours: string,
  value: (sample: DiskSample) => number | undefined,
  isDefault = false,
): HostMetricKind {
  return {
    ...kind(name, unit, ours, isDefault),
    dimensions: ['path', 'device', 'fstype'],
    read: ({ disks }) => disks.map((one) => [diskDimensions(one), value(one)]),
  }
}

/** The CloudWatch agent names a device without `/dev/`. */
function diskDimensions({ mount, device, fsType }: DiskSample): Record<string, string> {
  return {
    path: mount,
    ...(device === undefined ? {} : { device: device.replace(/^\/dev\//, '') }),
    ...(fsType === undefined ? {} : { fstype: fsType }),
  }
}

/** Its counters are what came since its last reading: our rate over the interval. */
function diskIo(name: string, unit: MetricUnit, field: keyof DiskIoSample & `${string}PerSecond`): HostMetricKind {
  return {
    ...kind(name, unit, `\`diskIo[].${field}\` over the interval`),
    dimensions: ['name'],
    read: ({ diskIo: devices, intervalMs }) =>
      devices.map((one) => [{ name: one.device }, scaled(one[field], intervalMs / 1_000)]),
  }
}

function network(name: string, unit: MetricUnit, field: keyof InterfaceSample & `${string}PerSecond`): HostMetricKind {
  return {
    ...kind(name, unit, `\`interfaces[].${field}\` over the interval`),
    dimensions: ['interface'],
    read: ({ interfaces, intervalMs }) =>
      interfaces.map((one) => [{ interface: one.name }, scaled(one[field], intervalMs / 1_000)]),
  }
}

function status(name: string, ours: string): HostMetricKind {
  return single(name, 'Count', `\`processes.byStatus.${ours}\``, ({ processes: { byStatus } }) =>
    byStatus ? (byStatus[ours] ?? 0) : undefined,
  )
}

/** Of the watched processes, those of one name and watch together: each is a value of the series. */
function watched(name: string, unit: MetricUnit, field: 'cpuPercent' | 'rssBytes' | 'threads' | 'openFiles') {
  const read = ({ processes }: Snapshot) =>
    processes.top.flatMap((one: ProcessSample): Reading[] =>
      one.watch === undefined ? [] : [[{ watch: one.watch, process_name: one.name }, one[field]]],
    )
  const ours = `\`processes.top[].${field}\` of the watched`
  return { ...kind(name, unit, ours), dimensions: ['watch', 'process_name'], read }
}

function inodesFree({ inodesTotal, inodesUsed }: DiskSample): number | undefined {
  return inodesTotal === undefined || inodesUsed === undefined ? undefined : inodesTotal - inodesUsed
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

/** To the CloudWatch agent all that isn't idle is active, waiting for I/O as well; our own percentage leaves that out. */
function activePercent({ percent, iowaitPercent = 0 }: CpuSample): number | undefined {
  return percent === undefined ? undefined : Math.min(100, percent + iowaitPercent)
}
