/** CPU shares from /proc/stat, load from /proc/loadavg, pressure from /proc/pressure/cpu. */
import { limits } from '../../core/limits.ts'
import type { CpuSample } from '../../core/snapshot.ts'
import { increase, known, percentOf } from './counters.ts'
import { readPressure } from './pressure.ts'
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
}

export interface CpuReader {
  read(unavailable: Unavailable): CpuSample
}

export function createCpuReader({ files, roots }: { files: FileReader; roots: Roots }): CpuReader {
  let before: CpuTimes | undefined
  return {
    read(unavailable) {
      const after = unavailable.attempt('cpu', () => parseCpuTimes(files.text(`${roots.proc}/stat`)))
      const shares = before && after ? cpuShares(before, after) : {}
      before = after
      const load = unavailable.attempt('cpu.load', () => parseLoad(files.text(`${roots.proc}/loadavg`)))
      const pressure = unavailable.attempt('cpu.pressure', () => readPressure(files, `${roots.proc}/pressure/cpu`))
      return { ...shares, ...load, ...known({ pressure }) }
    },
  }
}

export function parseCpuTimes(text: string): CpuTimes {
  const times: CpuTimes = { cores: new Map() }
  for (let start = 0; text.startsWith('cpu', start); ) {
    const end = text.indexOf('\n', start)
    const [label = '', ...fields] = text.slice(start, end < 0 ? undefined : end).split(/ +/)
    const ticks = parseTicks(fields.map(Number))
    if (label === 'cpu') times.all = ticks
    else times.cores.set(Number(label.slice(3)), ticks)
    if (end < 0) break
    start = end + 1
  }
  if (!times.all) throw new Error('parse /proc/stat: no line "cpu", expected the first to be it')
  return times
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
    percent: percentOf(user + system + (steal ?? 0), total),
    userPercent: percentOf(user, total),
    systemPercent: percentOf(system, total),
    iowaitPercent: percentOf(iowait, total),
    stealPercent: percentOf(steal, total),
  })
}

function parseLoad(text: string): CpuSample {
  const [load1, load5, load15] = text.split(' ', 3).map(Number)
  return known({ load1, load5, load15 })
}
