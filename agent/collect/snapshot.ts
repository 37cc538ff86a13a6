/** The Linux collector: one snapshot out of all subsystems. Starts no program. */
import type { Snapshot } from '../../core/snapshot.ts'
import { createCgroups } from './cgroup.ts'
import type { Collector, CollectorOptions } from './collector.ts'
import { known, round2 } from './counters.ts'
import { createCpuReader } from './cpu.ts'
import { createDiskIoReader } from './disk-io.ts'
import { createDisksReader, type FileSystems } from './disks.ts'
import { createHostReader, quickFacts } from './host.ts'
import { createMemoryReader } from './memory.ts'
import { createNetworkReader } from './network.ts'
import { readOpenFiles } from './open-files.ts'
import { kernelsWithPressure, readPressure } from './pressure.ts'
import { createProcessesReader } from './processes.ts'
import { createFileReader } from './read-file.ts'
import { type Roots, systemRoots } from './roots.ts'
import { createSensorsReader } from './sensors.ts'
import { createUnavailable } from './unavailable.ts'
import { virtualisationOf } from './virtualisation.ts'

export interface LinuxCollectorOptions extends CollectorOptions {
  roots?: Roots
  fileSystems?: FileSystems
}

export function openLinuxCollector(options: LinuxCollectorOptions): Collector {
  const { clock, roots = systemRoots, fileSystems } = options
  const files = createFileReader()
  const cgroups = createCgroups({ files, roots })
  const cpu = createCpuReader({ files, roots, cgroups })
  const memory = createMemoryReader({ files, roots, cgroups })
  const disks = createDisksReader({ files, roots, clock, ...known({ fileSystems }) })
  const diskIo = createDiskIoReader({ files, roots })
  const network = createNetworkReader({ files, roots })
  const processes = createProcessesReader({ ...options, files, roots })
  const sensors = options.sensors === false ? undefined : createSensorsReader({ files, roots })
  const host = createHostReader({ files, roots })

  return {
    async collect({ intervalMs }) {
      const startedCpu = process.cpuUsage()
      const unavailable = createUnavailable()
      const observedAtMs = Math.max(0, Math.round(clock.now()))
      const monotonicMs = clock.monotonicMs()
      const { bootAtMs, sinceBootMs, bootId } = host.read({ nowMs: observedAtMs, unavailable })
      const moment = { monotonicMs, unavailable }
      const { cpu: cpuSample, forksPerSecond } = cpu.read(moment)
      const sample = {
        cpu: cpuSample,
        memory: memory.read(moment),
        diskIo: diskIo.read(moment),
        interfaces: network.interfaces(moment),
        connections: network.connections(moment),
        processes: {
          ...processes.read({ ...moment, observedAtMs, bootAtMs, sinceBootMs }),
          ...known({ forksPerSecond }),
        },
        ...known({
          ioPressure: unavailable.attempt(
            'ioPressure',
            () => readPressure(files, `${roots.proc}/pressure/io`),
            kernelsWithPressure,
          ),
          openFiles: unavailable.attempt('openFiles', () => readOpenFiles({ files, roots })),
          sensors: sensors?.read(moment),
        }),
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
        // Taken last: what fails before this leaves them to the next snapshot.
        ...known({ sinceBootMs, bootId, events: processes.takeEvents(unavailable) }),
      }
      return { ...snapshot, ...known({ unavailable: unavailable.reasons() }) }
    },
    async facts() {
      return { ...quickFacts(roots), ...known({ virtualisation: virtualisationOf(roots) }) }
    },
    close() {
      processes.close()
      files.release()
    },
  }
}
