/** The memory limit that holds for the agent's own control group, the tightest of those above it, with the use beside it. */
import type { MemorySample } from '../../core/snapshot.ts'
import type { Cgroups } from './cgroup.ts'
import { known, wholeOrUndefined } from './counters.ts'
import type { FileReader } from './read-file.ts'

type CgroupMemory = Pick<MemorySample, 'cgroupLimitBytes' | 'cgroupUsedBytes'>

interface Names {
  limitFile: string
  usageFile: string
  /** In memory.stat: file cache that the kernel gives back at no cost, which is not "used". */
  reclaimable: RegExp
}

const names: Record<1 | 2, Names> = {
  1: {
    limitFile: 'memory.limit_in_bytes',
    usageFile: 'memory.usage_in_bytes',
    reclaimable: /^total_inactive_file (\d+)$/m,
  },
  2: { limitFile: 'memory.max', usageFile: 'memory.current', reclaimable: /^inactive_file (\d+)$/m },
}

/** Empty where nothing limits the group below `totalBytes`. */
export function readCgroupMemory(options: { files: FileReader; cgroups: Cgroups; totalBytes: number }): CgroupMemory {
  const { files, cgroups, totalBytes } = options
  const lineage = cgroups.lineageOf('memory')
  if (!lineage) return {}
  const { limitFile, usageFile, reclaimable } = names[lineage.version]
  let limitBytes = totalBytes
  let limited: string | undefined
  for (const directory of lineage.directories) {
    // `max` gives NaN, which is less than nothing.
    const bytes = Number.parseInt(files.keptIfThere(`${directory}/${limitFile}`) ?? '', 10)
    if (!(bytes >= 0 && bytes < limitBytes)) continue
    limitBytes = bytes
    limited = directory
  }
  if (limited === undefined) return {}
  const usedBytes = wholeOrUndefined(Number.parseInt(files.keptIfThere(`${limited}/${usageFile}`) ?? '', 10))
  if (usedBytes === undefined) return { cgroupLimitBytes: limitBytes }
  // Usage without the file cache that can go at once: what `docker stats` shows.
  const stat = files.keptIfThere(`${limited}/memory.stat`) ?? ''
  const cgroupUsedBytes = Math.max(0, usedBytes - Number(reclaimable.exec(stat)?.[1] ?? 0))
  return { cgroupLimitBytes: limitBytes, ...known({ cgroupUsedBytes }) }
}
