/** The Linux collector: one snapshot out of all subsystems. Starts no program. */
import type { Clock } from '../../adapters/clock/port.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import type { Collector } from './collector.ts'
import { known, round2 } from './counters.ts'
import { createCpuReader } from './cpu.ts'
import { createDiskIoReader } from './disk-io.ts'
import { createDisksReader, type FileSystems } from './disks.ts'
import { createHostReader, quickFacts } from './host.ts'
import { createMemoryReader } from './memory.ts'
import { createNetworkReader } from './network.ts'
import { createProcessesReader } from './processes.ts'
import { createFileReader } from './read-file.ts'
import { type Roots, systemRoots } from './roots.ts'
import { createUnavailable } from './unavailable.ts'
import { virtualisationOf } from './virtualisation.ts'

export interface LinuxCollectorOptions {
  clock: Clock
  /** Rows by CPU, and as many by memory. */
  topProcesses: number
  roots?: Roots
  fileSystems?: FileSystems
}

export function openLinuxCollector(options: LinuxCollectorOptions): Collector {
  const { clock, topProcesses, roots = systemRoots, fileSystems } = options
  const files = createFileReader()
  const cpu = createCpuReader({ files, roots })
  const memory = createMemoryReader({ files, roots })
  const disks = createDisksReader({ files, roots, clock, ...known({ fileSystems }) })
  const diskIo = createDiskIoReader({ files, roots })
  const network = createNetworkReader({ files, roots })
  const processes = createProcessesReader({ files, roots, topProcesses })
  const host = createHostReader({ files, roots })

  return {
    async collect({ intervalMs }) {
      const startedCpu = process.cpuUsage()
      const unavailable = createUnavailable()
      const observedAtMs = Math.max(0, Math.round(clock.now()))
      const monotonicMs = clock.monotonicMs()
      const { bootAtMs, sinceBootMs, bootId } = host.read({ nowMs: observedAtMs, unavailable })
      const sample = {
        cpu: cpu.read(unavailable),
        memory: memory.read(unavailable),
        diskIo: diskIo.read({ monotonicMs, unavailable }),
        interfaces: network.interfaces({ monotonicMs, unavailable }),
        connections: network.connections(unavailable),
        processes: processes.read({ monotonicMs, bootAtMs, sinceBootMs, unavailable }),
      }
      // The disks come last, since they may wait for a server: other tasks of the agent run meanwhile, whose CPU is none of ours.
      const { user, system } = process.cpuUsage(startedCpu)
      const snapshot: Snapshot = {
        kind: 'snapshot',
        observedAtMs,
        intervalMs,
        ...sample,
        disks: await disks.read(unavailable),
        agent: { collectCpuMs: round2((user + system) / 1_000) },
        ...known({ sinceBootMs, bootId }),
      }
      return { ...snapshot, ...known({ unavailable: unavailable.reasons() }) }
    },
    async facts() {
      return { ...quickFacts(roots), ...known({ virtualisation: virtualisationOf(roots) }) }
    },
    close: () => processes.close(),
  }
}
