/** Answers of systeminformation and pidusage in the shape of a snapshot. Pure; null and -1 mean "not known" there. */
import { loadavg } from 'node:os'
import type { Systeminformation as Si } from 'systeminformation'
import { limits } from '../../core/limits.ts'
import type {
  ConnectionsSample,
  CpuSample,
  DiskIoSample,
  DiskSample,
  InterfaceSample,
  MemorySample,
  ProcessesSample,
} from '../../core/snapshot.ts'
import { known, percentOf, perSecond, round2 } from './counters.ts'
import { nameOrUndefined } from './host.ts'
import { clip } from './unavailable.ts'

export function cpuOf(load: Si.CurrentLoadData | undefined): CpuSample {
  if (!load) return {}
  const cores = load.cpus.slice(0, limits.coresPerSnapshot).map((core) => percentOf(core.load, 100) ?? 0)
  return known({
    percent: percentOf(load.currentLoad, 100),
    userPercent: percentOf(load.currentLoadUser + load.currentLoadNice, 100),
    systemPercent: percentOf(load.currentLoadSystem + load.currentLoadIrq, 100),
    perCorePercent: cores.length > 0 ? cores : undefined,
  })
}

export function loadOf(platform: NodeJS.Platform): CpuSample {
  const [load1, load5, load15] = loadavg().map(round2)
  return platform === 'win32' ? {} : known({ load1, load5, load15 })
}

export function memoryOf(memory: Si.MemData): MemorySample {
  const usedBytes = Math.max(0, memory.total - memory.available)
  return known({
    totalBytes: whole(memory.total),
    availableBytes: whole(memory.available),
    usedBytes: whole(usedBytes),
    usedPercent: percentOf(usedBytes, memory.total),
    swapTotalBytes: whole(memory.swaptotal),
    swapUsedBytes: whole(memory.swapused),
    swapUsedPercent: percentOf(memory.swapused, memory.swaptotal),
  })
}

const notDisks = new Set(['tmpfs', 'devtmpfs', 'devfs', 'autofs', 'squashfs', 'iso9660', 'udf', 'cd9660', 'nullfs'])

export function disksOf(mounts: Si.FsSizeData[]): DiskSample[] {
  const rows = new Map<string, DiskSample>()
  for (const { mount, fs, type, size, used, available, rw } of mounts) {
    if (!mount || !(size > 0) || notDisks.has(type) || (rw === false && mount !== '/')) continue
    rows.set(clip(mount, limits.pathLength), {
      mount: clip(mount, limits.pathLength),
      ...known({
        device: fs ? clip(fs, limits.pathLength) : undefined,
        fsType: nameOrUndefined(type),
        totalBytes: whole(size),
        usedBytes: whole(used),
        freeBytes: whole(available),
        usedPercent: percentOf(used, used + available),
      }),
    })
  }
  return [...rows.values()].slice(0, limits.disksPerSnapshot)
}

/** One row for all devices together. */
export function diskIoOf(options: {
  blocks: Partial<Si.DisksIoData> | undefined
  transfer: Partial<Si.FsStatsData> | undefined
  withRates: boolean
}): DiskIoSample[] {
  const { blocks, transfer, withRates } = options
  const rates = known({
    readBytesPerSecond: rate(transfer?.rx_sec),
    writtenBytesPerSecond: rate(transfer?.wx_sec),
    readsPerSecond: rate(blocks?.rIO_sec),
    writesPerSecond: rate(blocks?.wIO_sec),
  })
  return withRates && Object.keys(rates).length > 0 ? [{ device: 'all', ...rates }] : []
}

export function interfacesOf(options: {
  interfaces: Si.NetworkStatsData[]
  /** Of the snapshot before. */
  before: Si.NetworkStatsData[]
  elapsedMs: number
  withRates: boolean
}): InterfaceSample[] {
  const { interfaces, before, elapsedMs, withRates } = options
  const earlier = new Map(before.map((row) => [row.iface, row]))
  return interfaces
    .filter(({ iface, rx_bytes, tx_bytes }) => iface && !/^lo\d*$/.test(iface) && rx_bytes + tx_bytes > 0)
    .slice(0, limits.interfacesPerSnapshot)
    .map((row) => {
      // Counts since boot, which the library makes no rates of.
      const counted = (counter: 'rx_errors' | 'tx_errors' | 'rx_dropped' | 'tx_dropped') =>
        rate(perSecond(earlier.get(row.iface)?.[counter], row[counter], elapsedMs))
      const rates = () => ({
        receivedBytesPerSecond: rate(row.rx_sec),
        sentBytesPerSecond: rate(row.tx_sec),
        receiveErrorsPerSecond: counted('rx_errors'),
        sendErrorsPerSecond: counted('tx_errors'),
        receiveDropsPerSecond: counted('rx_dropped'),
        sendDropsPerSecond: counted('tx_dropped'),
      })
      return { name: clip(row.iface, limits.nameLength), ...(withRates ? known(rates()) : {}) }
    })
}

/** The processor's own temperature and, where there is one, the chipset's. */
export function sensorsOf({ main, chipset }: Partial<Si.CpuTemperatureData>): { name: string; celsius: number }[] {
  const readings: [string, number | null | undefined][] = [
    ['cpu', main],
    ['chipset', chipset],
  ]
  return readings.flatMap(([name, celsius]) =>
    // Neither null nor 0 or -1 is a temperature there.
    typeof celsius === 'number' && celsius > 0 ? [{ name, celsius: round2(celsius) }] : [],
  )
}

export function connectionsOf(connections: Si.NetworkConnectionsData[]): ConnectionsSample {
  const count = (protocol: string, states: string[]) =>
    connections.filter(
      (row) => row.protocol.startsWith(protocol) && (states.length === 0 || states.includes(row.state)),
    ).length
  return {
    tcpEstablished: count('tcp', ['ESTABLISHED', 'CLOSE_WAIT']),
    tcpListen: count('tcp', ['LISTEN', 'LISTENING']),
    tcpTimeWait: count('tcp', ['TIME_WAIT']),
    tcpInUse: count('tcp', []) - count('tcp', ['TIME_WAIT']),
    udpInUse: count('udp', []),
  }
}

export function processesOf(options: {
  data: Si.ProcessesData
  chosen: Si.ProcessesProcessData[]
  usage: Record<string, { cpu: number; memory: number; elapsed: number; timestamp: number } | undefined>
  /** Pids whose CPU is one between two readings. */
  measuredBefore: ReadonlySet<number>
}): ProcessesSample {
  const { data, chosen, usage, measuredBefore } = options
  const byStatus: Record<string, number> = {}
  for (const { state } of data.list) {
    const status = nameOrUndefined(state) ?? 'unknown'
    byStatus[status] = (byStatus[status] ?? 0) + 1
  }
  const top = chosen.map((row) => {
    const used = usage[row.pid]
    return {
      pid: row.pid,
      name: nameOrUndefined(row.name) ?? '?',
      ...known({
        ppid: row.parentPid >= 0 ? whole(row.parentPid) : undefined,
        user: nameOrUndefined(row.user),
        status: nameOrUndefined(row.state),
        cpuPercent: measuredBefore.has(row.pid) ? rate(used?.cpu) : undefined,
        rssBytes: whole(used?.memory ?? row.memRss * 1_024),
        // In whole seconds: elapsed time differs by milliseconds between two readings of one process.
        startedAtMs: used ? whole(Math.round((used.timestamp - used.elapsed) / 1_000) * 1_000) : undefined,
      }),
    }
  })
  top.sort((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0))
  return { total: data.all, byStatus, top }
}

function rate(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? round2(value) : undefined
}

function whole(value: number): number | undefined {
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) && rounded >= 0 ? rounded : undefined
}
