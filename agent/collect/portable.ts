/**
 * The collector of platforms that are not Linux, by systeminformation and pidusage. It gives less, costs far more, and
 * starts programs; what it can't give is named in `unavailable`.
 */
import { platform } from 'node:os'
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

/** What no call of the two libraries gives, or gives wrong. */
const neverKnown = {
  'cpu.iowaitPercent': 'systeminformation does not read it',
  'disks.inodes': 'systeminformation gives none outside Linux',
  'diskIo.device': 'systeminformation gives the sum of all devices only, as device "all"',
  'interfaces.packets': 'systeminformation gives none',
  'interfaces.errors': 'errors and drops are read on Linux only',
  'processes.openFiles': 'neither systeminformation nor pidusage gives it',
  'processes.threads': 'neither systeminformation nor pidusage gives it',
}

export function openPortableCollector({ clock, topProcesses }: CollectorOptions): Collector {
  let isFirst = true
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
    return shapes.processesOf({ data, chosen, usage: usage ?? {}, withRates: !isFirst })
  }

  return {
    async collect({ intervalMs }) {
      const startedCpu = process.cpuUsage()
      const unavailable = createUnavailable()
      for (const [subject, reason] of Object.entries(neverKnown)) unavailable.note(subject, reason)
      if (platform() === 'win32') unavailable.note('cpu.load', 'Windows has no load average')
      const observedAtMs = Math.max(0, Math.round(clock.now()))
      const [load, memory, mounts, blocks, transfer, interfaces, connections, processes] = await Promise.all([
        ask('cpu', unavailable, () => systeminformation.currentLoad()),
        ask('memory', unavailable, () => systeminformation.mem()),
        ask('disks', unavailable, () => systeminformation.fsSize()),
        ask('diskIo', unavailable, async () => (await systeminformation.disksIO()) ?? {}),
        ask('diskIo.bytes', unavailable, async () => (await systeminformation.fsStats()) ?? {}),
        ask('interfaces', unavailable, () => systeminformation.networkStats('*')),
        ask('connections', unavailable, () => systeminformation.networkConnections()),
        readProcesses(intervalMs, unavailable),
      ])
      const withRates = !isFirst
      isFirst = false
      const { user, system } = process.cpuUsage(startedCpu)
      const snapshot: Snapshot = {
        kind: 'snapshot',
        observedAtMs,
        sinceBootMs: Math.round(systeminformation.time().uptime * 1_000),
        intervalMs,
        cpu: { ...shapes.cpuOf(withRates ? load : undefined), ...shapes.loadOf(platform()) },
        memory: memory ? shapes.memoryOf(memory) : {},
        disks: shapes.disksOf(mounts ?? []),
        diskIo: shapes.diskIoOf({ blocks, transfer, withRates }),
        interfaces: shapes.interfacesOf(interfaces ?? [], withRates),
        connections: connections ? shapes.connectionsOf(connections) : {},
        processes,
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
