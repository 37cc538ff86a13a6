/** What only a look at firmware and hypervisor tells, by systeminformation. It starts programs: once, and with a deadline. */
import type { Clock } from '../../adapters/clock/port.ts'
import type { HostFacts } from '../../core/snapshot.ts'
import { known } from './counters.ts'
import { inTime } from './deadline.ts'
import { nameOrUndefined } from './host.ts'

const deadlineMs = 5_000

/** Empty when it fails or is late: an inventory is nice to have. */
export async function readInventory(clock: Clock): Promise<HostFacts> {
  try {
    return (await inTime(clock, deadlineMs, askLibrary())) ?? {}
  } catch {
    return {}
  }
}

async function askLibrary(): Promise<HostFacts> {
  const { default: systeminformation } = await import('systeminformation')
  const [os, cpu, system] = await Promise.all([
    systeminformation.osInfo(),
    systeminformation.cpu(),
    systeminformation.system(),
  ])
  return known({
    os: nameOrUndefined([os.distro, os.release].filter((part) => part && part !== 'unknown').join(' ')),
    kernel: nameOrUndefined(os.kernel),
    arch: nameOrUndefined(os.arch),
    cpuModel: nameOrUndefined(cpu.brand),
    cores: cpu.cores || undefined,
    virtualisation: system.virtual ? nameOrUndefined(system.virtualHost || 'virtual machine') : undefined,
  })
}
