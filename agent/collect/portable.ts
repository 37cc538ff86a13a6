/**
 * The collector of platforms that are not Linux, by systeminformation and pidusage. It gives less, costs far more, and
 * starts programs; what it can't give is named in `unavailable`.
 */
import { platform, uptime } from 'node:os'
import pidusage from 'pidusage'
import systeminformation, { type Systeminformation } from 'systeminformation'
import { limits } from '../../core/limits.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import type { Collector, CollectorOptions } from './collector.ts'
import { known, round2 } from './counters.ts'
import { inTime } from './deadline.ts'
import { nameOrUndefined } from './host.ts'
import { readInventory } from './inventory.ts'
import * as shapes from './portable-shapes.ts'
import { topOf } from './top.ts'
import { createUnavailable, type Unavailable } from './unavailable.ts'

/** No program that the library starts may hold a snapshot up for longer. */
const deadlineMs = 10_000

const linuxOnly = 'the kernel of Linux alone tells it'
const notGiven = 'systeminformation does not give it'
const notOfProcesses = 'neither systeminformation nor pidusage gives it'

/** What no call of the two libraries gives, or gives wrong: the value, or how several begin. */
const neverKnown = {
  bootId: linuxOnly,
  'cpu.iowaitPercent': notGiven,
  'cpu.stealPercent': notGiven,
  'cpu.pressure': linuxOnly,
  'cpu.cgroup': linuxOnly,
  'memory.pressure': linuxOnly,
  'memory.cgroup': linuxOnly,
  'memory.swapInBytesPerSecond': notGiven,
  'memory.swapOutBytesPerSecond': notGiven,
  ioPressure: linuxOnly,
  openFiles: linuxOnly,
  'disks.inodes': 'systeminformation gives none outside Linux',
  'diskIo.device': 'systeminformation gives the sum of all devices only, as device "all"',
  'diskIo.busyPercent': notGiven,
  'diskIo.readLatencyMs': notGiven,
  'diskIo.writeLatencyMs': notGiven,
  'interfaces.receivedPacketsPerSecond': notGiven,
  'interfaces.sentPacketsPerSecond': notGiven,
  'connections.tcpOrphaned': linuxOnly,
  'connections.socketsUsed': linuxOnly,
  'processes.forksPerSecond': notGiven,
  'processes.openFiles': notOfProcesses,
  'processes.threads': notOfProcesses,
  'processes.pssBytes': linuxOnly,
  'processes.readBytesPerSecond': notOfProcesses,
  'processes.writtenBytesPerSecond': notOfProcesses,
}

export function openPortableCollector(options: CollectorOptions): Collector {
  const { clock, topProcesses, sensors = true, watches = [] } = options
  let isFirst = true
  let before: { interfaces: Systeminformation.NetworkStatsData[]; monotonicMs: number } | undefined
  /** Processes that pidusage was asked for in the snapshot before: of the others it tells 0 %. */
  let measured = new Set<number>()
  /** Calls without an answer so far: they are not made again meanwhile. */
  const waiting = new Set<string>()

  const ask = async <Value>(
    subject: string,
    unavailable: Unavailable,
    call: () => Promise<Value>,
  ): Promise<Value | undefined> => {
    if (waiting.has(subject)) {
      unavailable.note(subject, 'the call of an earlier snapshot has still not answered')
      return undefined
    }
    waiting.add(subject)
    try {
      const answer = await inTime(
        clock,
        deadlineMs,
        call().finally(() => waiting.delete(subject)),
      )
      if (answer === undefined) unavailable.note(subject, `systeminformation did not answer in ${deadlineMs} ms`)
      return answer
    } catch (error) {
      unavailable.note(subject, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  const readProcesses = async (intervalMs: number, unavailable: Unavailable): Promise<Snapshot['processes']> => {
    const data = await ask('processes', unavailable, () => systeminformation.processes())
    if (!data) return { top: [] }
    const limit = Math.min(topProcesses, Math.floor(limits.processesPerSnapshot / 2))
    const chosen = [
      ...new Set([...topOf(data.list, limit, (row) => row.cpu), ...topOf(data.list, limit, (row) => row.memRss)]),
    ]
    // With a shorter maxage than the interval pidusage forgets the reading before, and tells 0 % for ever.
    const usage = await ask('processes.cpuPercent', unavailable, () =>
      usageOf(chosen, Math.max(60_000, intervalMs * 3)),
    )
    const measuredBefore = measured
    measured = new Set(Object.keys(usage ?? {}).map(Number))
    return shapes.processesOf({ data, chosen, usage: usage ?? {}, measuredBefore })
  }

  return {
    async collect({ intervalMs }) {
      const startedCpu = process.cpuUsage()
      const unavailable = createUnavailable()
      for (const [subject, reason] of Object.entries(neverKnown)) unavailable.note(subject, reason)
      if (watches.length > 0) unavailable.note('processes.watches', 'processes are watched on Linux only')
      if (platform() === 'win32') unavailable.note('cpu.load', 'Windows has no load average')
      const observedAtMs = Math.max(0, Math.round(clock.now()))
      // At the same moment: by the two a clock is put right, and the calls below take seconds on a busy host.
      const sinceBootMs = Math.round(uptime() * 1_000)
      const monotonicMs = clock.monotonicMs()
      const [load, memory, mounts, blocks, transfer, interfaces, connections, heat, processes] = await Promise.all([
        ask('cpu', unavailable, () => systeminformation.currentLoad()),
        ask('memory', unavailable, () => systeminformation.mem()),
        ask('disks', unavailable, () => systeminformation.fsSize()),
        ask('diskIo', unavailable, async () => (await systeminformation.disksIO()) ?? {}),
        ask('diskIo.bytes', unavailable, async () => (await systeminformation.fsStats()) ?? {}),
        ask('interfaces', unavailable, () => systeminformation.networkStats('*')),
        ask('connections', unavailable, () => systeminformation.networkConnections()),
        sensors ? ask('sensors', unavailable, () => systeminformation.cpuTemperature()) : undefined,
        readProcesses(intervalMs, unavailable),
      ])
      const temperatures = heat ? shapes.sensorsOf(heat) : []
      if (heat && temperatures.length === 0) unavailable.note('sensors', 'no sensor that systeminformation can read')
      const earlier = before
      before = interfaces && { interfaces, monotonicMs }
      const withRates = !isFirst
      isFirst = false
      const { user, system } = process.cpuUsage(startedCpu)
      const snapshot: Snapshot = {
        kind: 'snapshot',
        observedAtMs,
        sinceBootMs,
        intervalMs,
        cpu: { ...shapes.cpuOf(withRates ? load : undefined), ...shapes.loadOf(platform()) },
        memory: memory ? shapes.memoryOf(memory) : {},
        disks: shapes.disksOf(mounts ?? []),
        diskIo: shapes.diskIoOf({ blocks, transfer, withRates }),
        interfaces: shapes.interfacesOf({
          interfaces: interfaces ?? [],
          before: earlier?.interfaces ?? [],
          elapsedMs: monotonicMs - (earlier?.monotonicMs ?? monotonicMs),
          withRates,
        }),
        connections: connections ? shapes.connectionsOf(connections) : {},
        processes,
        ...(temperatures.length > 0 ? { sensors: temperatures } : {}),
        agent: { collectCpuMs: round2((user + system) / 1_000) },
      }
      return { ...snapshot, ...known({ unavailable: unavailable.reasons() }) }
    },
    facts: async () => ({
      ...known({ arch: nameOrUndefined(process.arch) }),
      ...(await readInventory(clock)),
    }),
    close: () => pidusage.clear(),
  }
}

/** By pid; empty when one of them has just ended, since pidusage fails for all then. */
async function usageOf(
  rows: Systeminformation.ProcessesProcessData[],
  maxage: number,
): Promise<Record<string, pidusage.Status>> {
  if (rows.length === 0) return {}
  return await pidusage(
    rows.map(({ pid }) => pid),
    { maxage },
  )
}
