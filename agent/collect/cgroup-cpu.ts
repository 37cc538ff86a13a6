/**
 * The CPU quota that holds for the agent's own control group, the tightest of those above it, with what the group used and
 * how often it was held back. Version 2: cpu.max and cpu.stat; version 1: cpu.cfs_quota_us, cpu.cfs_period_us, cpu.stat and
 * cpuacct.usage. Formats: cgroup-v2.rst, sched-bwc.rst and cpuacct.rst of the kernel's documentation.
 */
import { posix } from 'node:path'
import type { CpuSample } from '../../core/snapshot.ts'
import type { CgroupLineage, Cgroups } from './cgroup.ts'
import { increase, known, round2, rounded, shareOf } from './counters.ts'
import type { FileReader } from './read-file.ts'

type CgroupCpu = Pick<CpuSample, 'cgroupLimitCores' | 'cgroupUsedCores' | 'cgroupThrottledPercent'>

export interface CgroupCpuReader {
  /** Empty where nothing limits the group below `cores`. */
  read(options: { cores: number; monotonicMs: number }): CgroupCpu
}

/** Since the group was made. Periods pass only while something in the group wants to run. */
interface Counters {
  usedMs?: number
  periods?: number
  throttledPeriods?: number
}

export function createCgroupCpuReader({ files, cgroups }: { files: FileReader; cgroups: Cgroups }): CgroupCpuReader {
  let before: { directory: string; monotonicMs: number; counters: Counters } | undefined
  return {
    read({ cores, monotonicMs }) {
      const lineage = cgroups.lineageOf('cpu')
      const tightest = lineage && tightestQuota(files, lineage, cores)
      if (!lineage || !tightest) {
        before = undefined
        return {}
      }
      const { directory, limitCores } = tightest
      const counters =
        lineage.version === 2 ? countersV2(files, directory) : countersV1(files, lineage, directory, cgroups)
      const earlier = before?.directory === directory ? before : undefined
      before = { directory, monotonicMs, counters }
      return { cgroupLimitCores: round2(limitCores), ...rates(earlier, counters, monotonicMs) }
    },
  }
}

function rates(
  earlier: { monotonicMs: number; counters: Counters } | undefined,
  counters: Counters,
  monotonicMs: number,
): CgroupCpu {
  if (!earlier) return {}
  const elapsedMs = monotonicMs - earlier.monotonicMs
  const usedMs = increase(earlier.counters.usedMs, counters.usedMs)
  return known({
    cgroupUsedCores: usedMs === undefined || elapsedMs <= 0 ? undefined : rounded(usedMs / elapsedMs),
    cgroupThrottledPercent: shareOf(
      increase(earlier.counters.throttledPeriods, counters.throttledPeriods),
      increase(earlier.counters.periods, counters.periods),
    ),
  })
}

function tightestQuota(
  files: FileReader,
  { version, directories }: CgroupLineage,
  cores: number,
): { directory: string; limitCores: number } | undefined {
  let tightest: { directory: string; limitCores: number } | undefined
  for (const directory of directories) {
    const limitCores = version === 2 ? quotaV2(files, directory) : quotaV1(files, directory)
    if (limitCores !== undefined && limitCores < (tightest?.limitCores ?? cores)) tightest = { directory, limitCores }
  }
  return tightest
}

/** `50000 100000`, both in µs: half a core. `max 100000`: no limit. */
function quotaV2(files: FileReader, directory: string): number | undefined {
  const [quota, period] = (files.keptIfThere(`${directory}/cpu.max`) ?? '').split(' ').map(Number)
  return coresOf(quota, period)
}

/** `-1`: no limit. */
function quotaV1(files: FileReader, directory: string): number | undefined {
  const quota = Number(files.keptIfThere(`${directory}/cpu.cfs_quota_us`) ?? Number.NaN)
  return quota > 0 ? coresOf(quota, Number(files.keptIfThere(`${directory}/cpu.cfs_period_us`))) : undefined
}

function coresOf(quota = Number.NaN, period = Number.NaN): number | undefined {
  const cores = quota / period
  return cores > 0 && Number.isFinite(cores) ? cores : undefined
}

function countersV2(files: FileReader, directory: string): Counters {
  const stat = files.keptIfThere(`${directory}/cpu.stat`) ?? ''
  const usedUs = numberOf(stat, /^usage_usec (\d+)$/m)
  return known({ usedMs: usedUs === undefined ? undefined : usedUs / 1_000, ...periodsOf(stat) })
}

/** Use is counted by another controller, in general mounted together with this one, which need not have the same groups. */
function countersV1(files: FileReader, cpu: CgroupLineage, directory: string, cgroups: Cgroups): Counters {
  const accounting = cgroups.lineageOf('cpuacct')
  const group = groupOf(cpu, directory)
  const counted = accounting?.directories.find((candidate) => groupOf(accounting, candidate) === group)
  const usedNs =
    counted === undefined ? undefined : numberOf(files.keptIfThere(`${counted}/cpuacct.usage`) ?? '', /^(\d+)$/m)
  const stat = files.keptIfThere(`${directory}/cpu.stat`) ?? ''
  return known({ usedMs: usedNs === undefined ? undefined : usedNs / 1e6, ...periodsOf(stat) })
}

/** The path of a group below the mount of its controller. */
function groupOf({ directories }: CgroupLineage, directory: string): string {
  return posix.relative(directories.at(-1) ?? directory, directory)
}

function periodsOf(stat: string): Counters {
  return known({
    periods: numberOf(stat, /^nr_periods (\d+)$/m),
    throttledPeriods: numberOf(stat, /^nr_throttled (\d+)$/m),
  })
}

function numberOf(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
