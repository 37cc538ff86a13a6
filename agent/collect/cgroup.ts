/**
 * Which control groups hold for the agent: its own and those above it, of versions 1 and 2. Inside a container these are
 * the container's. A limit further up holds too.
 */
import { posix } from 'node:path'
import { type Mount, parseMountinfo } from './mountinfo.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'

export interface CgroupLineage {
  version: 1 | 2
  /** The group's directory and those above it, the group first. */
  directories: string[]
}

export interface Cgroups {
  /** Undefined where the kernel has no such controller, or nothing is mounted that shows it. */
  lineageOf(controller: 'memory' | 'cpu' | 'cpuacct'): CgroupLineage | undefined
}

export function createCgroups({ files, roots }: { files: FileReader; roots: Roots }): Cgroups {
  let membership: string | undefined
  let mounts: Mount[] = []
  const found = new Map<string, CgroupLineage | undefined>()
  return {
    lineageOf(controller) {
      const now = files.keptIfThere(`${roots.proc}/self/cgroup`)
      if (now === undefined) return undefined
      if (now !== membership) {
        // Moved to another group: the files of the old one are not read any more.
        for (const lineage of found.values())
          for (const directory of lineage?.directories ?? []) files.release(`${directory}/`)
        found.clear()
        mounts = parseMountinfo(files.kept(`${roots.proc}/self/mountinfo`))
        membership = now
      }
      if (!found.has(controller)) found.set(controller, findLineage({ controller, membership: now, mounts, roots }))
      return found.get(controller)
    },
  }
}

/** `membership` is /proc/self/cgroup: `4:memory:/docker/1f` of version 1 wins over `0::/docker/1f` of version 2. */
function findLineage(options: {
  controller: string
  membership: string
  mounts: Mount[]
  roots: Roots
}): CgroupLineage | undefined {
  const { controller, membership, mounts, roots } = options
  const v1Path = pathsOf(membership).get(controller)
  const v2Path = /^0::(.*)$/m.exec(membership)?.[1]
  const v1Mount = mounts.find((mount) => mount.fsType === 'cgroup' && mount.superOptions.includes(controller))
  const v2Mount = mounts.find((mount) => mount.fsType === 'cgroup2')
  if (v1Path !== undefined && v1Mount) return { version: 1, directories: upwards(v1Mount, v1Path, roots) }
  if (v2Path !== undefined && v2Mount) return { version: 2, directories: upwards(v2Mount, v2Path, roots) }
  return undefined
}

/** By controller of version 1: `4:cpu,cpuacct:/docker/1f`. */
function pathsOf(membership: string): Map<string, string> {
  const paths = new Map<string, string>()
  for (const line of membership.split('\n')) {
    const [, controllers = '', path] = /^\d+:([^:]+):(.*)$/.exec(line) ?? []
    if (path !== undefined) for (const controller of controllers.split(',')) paths.set(controller, path)
  }
  return paths
}

function upwards(mount: Mount, groupPath: string, roots: Roots): string[] {
  const top = mount.mountPoint.replace(/^\/sys(?=\/|$)/, roots.sys)
  // Inside a container without a namespace of its own, the path names what only the host can see: take the mount itself.
  const relative = posix.relative(mount.root, groupPath)
  const steps = relative.startsWith('..') ? [] : relative.split('/').filter((step) => step !== '')
  return [...steps.keys(), steps.length].reverse().map((depth) => posix.join(top, ...steps.slice(0, depth)))
}
