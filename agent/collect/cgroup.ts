/**
 * The memory limit that holds for the agent's own control group: inside a container, the container's. Versions 1 and 2.
 * A limit above it in the tree holds too, so the tightest one counts, with the usage beside it.
 */
import { posix } from 'node:path'
import type { MemorySample } from '../../core/snapshot.ts'
import { known } from './counters.ts'
import { type Mount, parseMountinfo } from './mountinfo.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'

type CgroupMemory = Pick<MemorySample, 'cgroupLimitBytes' | 'cgroupUsedBytes'>

interface Version {
  limitFile: string
  usageFile: string
  /** In memory.stat: file cache that the kernel gives back at no cost, which is not "used". */
  reclaimable: RegExp
}

const v1: Version = {
  limitFile: 'memory.limit_in_bytes',
  usageFile: 'memory.usage_in_bytes',
  reclaimable: /^total_inactive_file (\d+)$/m,
}
const v2: Version = { limitFile: 'memory.max', usageFile: 'memory.current', reclaimable: /^inactive_file (\d+)$/m }

/** The group's directory and those above it, the group first. */
interface CgroupPlace {
  version: Version
  directories: string[]
}

export interface CgroupReader {
  /** Empty where nothing limits the group below `totalBytes`. */
  read(totalBytes: number): CgroupMemory
}

export function createCgroupReader({ files, roots }: { files: FileReader; roots: Roots }): CgroupReader {
  let membership: string | undefined
  let place: CgroupPlace | undefined
  return {
    read(totalBytes) {
      const now = readOrUndefined(files, `${roots.proc}/self/cgroup`)
      if (now === undefined) return {}
      if (now !== membership) {
        place = findCgroup({
          membership: now,
          mounts: parseMountinfo(files.text(`${roots.proc}/self/mountinfo`)),
          roots,
        })
        membership = now
      }
      return place ? tightest(files, place, totalBytes) : {}
    },
  }
}

/** `membership` is /proc/self/cgroup: `4:memory:/docker/1f` of version 1 wins over `0::/docker/1f` of version 2. */
function findCgroup(options: { membership: string; mounts: Mount[]; roots: Roots }): CgroupPlace | undefined {
  const { membership, mounts, roots } = options
  const v1Path = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(membership)?.[1]
  const v2Path = /^0::(.*)$/m.exec(membership)?.[1]
  const v1Mount = mounts.find((mount) => mount.fsType === 'cgroup' && mount.superOptions.includes('memory'))
  const v2Mount = mounts.find((mount) => mount.fsType === 'cgroup2')
  if (v1Path !== undefined && v1Mount) return { version: v1, directories: upwards(v1Mount, v1Path, roots) }
  if (v2Path !== undefined && v2Mount) return { version: v2, directories: upwards(v2Mount, v2Path, roots) }
  return undefined
}

function upwards(mount: Mount, groupPath: string, roots: Roots): string[] {
  const top = mount.mountPoint.replace(/^\/sys(?=\/|$)/, roots.sys)
  // Inside a container without a namespace of its own, the path names what only the host can see: take the mount itself.
  const relative = posix.relative(mount.root, groupPath)
  const steps = relative.startsWith('..') ? [] : relative.split('/').filter((step) => step !== '')
  return [...steps.keys(), steps.length].reverse().map((depth) => posix.join(top, ...steps.slice(0, depth)))
}

function tightest(files: FileReader, { version, directories }: CgroupPlace, totalBytes: number): CgroupMemory {
  let limitBytes = totalBytes
  let limited: string | undefined
  for (const directory of directories) {
    const text = readOrUndefined(files, `${directory}/${version.limitFile}`)
    // `max` gives NaN, which is less than nothing.
    if (text === undefined || !(Number.parseInt(text, 10) < limitBytes)) continue
    limitBytes = Number.parseInt(text, 10)
    limited = directory
  }
  if (limited === undefined) return {}
  return { cgroupLimitBytes: limitBytes, ...known({ cgroupUsedBytes: usage(files, version, limited) }) }
}

/** Usage without the file cache that can go at once: what `docker stats` shows. */
function usage(files: FileReader, version: Version, directory: string): number | undefined {
  const used = Number.parseInt(readOrUndefined(files, `${directory}/${version.usageFile}`) ?? '', 10)
  if (Number.isNaN(used)) return undefined
  const stat = readOrUndefined(files, `${directory}/memory.stat`) ?? ''
  return Math.max(0, used - Number(version.reclaimable.exec(stat)?.[1] ?? 0))
}

function readOrUndefined(files: FileReader, path: string): string | undefined {
  try {
    return files.text(path)
  } catch {
    return undefined
  }
}
