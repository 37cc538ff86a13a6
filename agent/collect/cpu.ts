/**
 * CPU shares and forks from /proc/stat, load from /proc/loadavg, pressure from /proc/pressure/cpu, the quota from the
 * control group. Formats: proc(5), psi.rst.
 */
import { limits } from '../../core/limits.ts'
import type { CpuSample } from '../../core/snapshot.ts'
import type { Cgroups } from './cgroup.ts'
import { createCgroupCpuReader } from './cgroup-cpu.ts'
import { increase, known, perSecond, shareOf } from './counters.ts'
import { kernelsWithPressure, readPressure } from './pressure.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import type { Unavailable } from './unavailable.ts'

/**
 * Ticks since boot of one line of /proc/stat. Guest time is left out: user and nice have it already. A kernel before
 * 2.6.11 has no `steal`, one before 2.5.41 no `iowait`.
 */
interface CpuTicks {
  user: number
  system: number
  idle: number
  iowait?: number
  steal?: number
}

export interface CpuTimes {
  all?: CpuTicks
  /** By the kernel's number of the core: cores come and go. */
  cores: Map<number, CpuTicks>
  /** Processes and threads started since boot. */
  forks?: number
}

export interface CpuReader {
  read(options: { monotonicMs: number; unavailable: Unavailable }): CpuMoment
}

interface CpuMoment {
  cpu: CpuSample
  /** Stands in the same file, and is told among the processes. */
  forksPerSecond?: number
}

export interface CpuOptions {
  files: FileReader
  roots: Roots
  cgroups: Cgroups
}

export function createCpuReader({ files, roots, cgroups }: CpuOptions): CpuReader {
  const cgroup = createCgroupCpuReader({ files, cgroups })
  let before: { times: CpuTimes; monotonicMs: number } | undefined
  return {
    read({ monotonicMs, unavailable }) {
      const times = unavailable.attempt('cpu', () => parseCpuTimes(files.kept(`${roots.proc}/stat`)))
      const earlier = before
      before = times && { times, monotonicMs }
      const shares = earlier && times ? cpuShares(earlier.times, times) : {}
      const told = times?.cores.size ?? 0
      if (told > limits.coresPerSnapshot) {
        unavailable.note('cpu.perCorePercent', `${told} cores, of which a snapshot takes ${limits.coresPerSnapshot}`)
      }
      const load = unavailable.attempt('cpu.load', () => parseLoad(files.kept(`${roots.proc}/loadavg`)))
      const pressure = unavailable.attempt(
        'cpu.pressure',
        () => readPressure(files, `${roots.proc}/pressure/cpu`),
        kernelsWithPressure,
      )
      const cores = told > 0 ? told : Number.POSITIVE_INFINITY
      const quota = unavailable.attempt('cpu.cgroup', () => cgroup.read({ cores, monotonicMs }))
      return {
        cpu: { ...shares, ...load, ...quota, ...known({ pressure }) },
        ...known({
          forksPerSecond: perSecond(earlier?.times.forks, times?.forks, monotonicMs - (earlier?.monotonicMs ?? 0)),
        }),
      }
    },
  }
}

export function parseCpuTimes(text: string): CpuTimes {
  const times: CpuTimes = { cores: new Map() }
  for (let start = 0; text.startsWith('cpu', start); ) {
    const end = text.indexOf('\n', start)
    const [label = '', ...fields] = text
      .slice(start, end < 0 ? undefined : end)
      .trimEnd()
      .split(/ +/)
    const ticks = parseTicks(fields.map(Number))
    if (label === 'cpu') times.all = ticks
    else times.cores.set(Number(label.slice(3)), ticks)
    if (end < 0) break
    start = end + 1
  }
  if (!times.all) throw new Error('parse /proc/stat: no line "cpu", expected the first to be it')
  const forks = parseForks(text)
  return { ...times, ...known({ forks }) }
}

/** `processes 355093`, behind a line of interrupts that is most of the file. */
function parseForks(text: string): number | undefined {
  const label = '\nprocesses '
  const at = text.lastIndexOf(label)
  const forks = at < 0 ? Number.NaN : Number.parseInt(text.slice(at + label.length, at + label.length + 20), 10)
  return Number.isNaN(forks) ? undefined : forks
}

function parseTicks([
  user = 0,
  nice = 0,
  system = 0,
  idle = 0,
  iowait,
  irq = 0,
  softirq = 0,
  steal,
]: number[]): CpuTicks {
  return { user: user + nice, system: system + irq + softirq, idle, ...known({ iowait, steal }) }
}

/** Shares of the time between two readings; without those whose counters went back. */
export function cpuShares(before: CpuTimes, after: CpuTimes): CpuSample {
  const all = before.all && after.all ? sharesOf(before.all, after.all) : {}
  return { ...all, ...known({ perCorePercent: perCore(before, after) }) }
}

/** One value a core, or none: with a hole in it nobody could tell which core is which. */
function perCore(before: CpuTimes, after: CpuTimes): number[] | undefined {
  const percents: number[] = []
  for (const [core, ticks] of after.cores) {
    const earlier = before.cores.get(core)
    const { percent } = earlier ? sharesOf(earlier, ticks) : {}
    if (percent === undefined) return undefined
    percents.push(percent)
  }
  return percents.length > 0 && percents.length <= limits.coresPerSnapshot ? percents : undefined
}

function sharesOf(before: CpuTicks, after: CpuTicks): CpuSample {
  const user = increase(before.user, after.user)
  const system = increase(before.system, after.system)
  const idle = increase(before.idle, after.idle)
  const steal = increase(before.steal, after.steal)
  if (user === undefined || system === undefined || idle === undefined) return {}
  if (before.steal !== undefined && steal === undefined) return {}
  // The kernel documents that iowait may go back on its own; the other shares are still right without it.
  const iowait = increase(before.iowait, after.iowait)
  const total = user + system + idle + (iowait ?? 0) + (steal ?? 0)
  return known({
    percent: shareOf(user + system + (steal ?? 0), total),
    userPercent: shareOf(user, total),
    systemPercent: shareOf(system, total),
    iowaitPercent: shareOf(iowait, total),
    stealPercent: shareOf(steal, total),
  })
}

function parseLoad(text: string): CpuSample {
  const [load1, load5, load15] = text.split(' ', 3).map(Number)
  if (![load1, load5, load15].every((load) => load !== undefined && load >= 0)) {
    throw new Error(`parse /proc/loadavg: ${JSON.stringify(text.slice(0, 40))}, expected three loads`)
  }
  return known({ load1, load5, load15 })
}
