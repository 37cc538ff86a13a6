/**
 * Processes that /proc does not even list: it was mounted with hidepid=2 (`invisible`) or 4 (`ptraceable`), and the agent is
 * neither root nor in the group that may see all. Nothing in a listing shows that it is not whole; the mount tells it.
 * Options: proc(5).
 */
import { type Mount, parseMountinfo } from './mountinfo.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'

/** The reason, or undefined when all are seen. `seesInit`: process 1, which is always there, was listed. */
export type HiddenProcesses = (options: { seesInit: boolean; monotonicMs: number }) => string | undefined

/** A mount is seldom changed. */
const freshMs = 600_000

export function createHiddenProcesses({ files, roots }: { files: FileReader; roots: Roots }): HiddenProcesses {
  let last: { reason: string | undefined; atMs: number } | undefined
  return ({ seesInit, monotonicMs }) => {
    if (seesInit) return undefined
    if (!last || monotonicMs - last.atMs >= freshMs) {
      const mounts = parseMountinfo(files.text(`${roots.proc}/self/mountinfo`))
      last = { reason: reasonIn(mounts, roots), atMs: monotonicMs }
    }
    return last.reason
  }
}

function reasonIn(mounts: Mount[], roots: Roots): string | undefined {
  const options = mounts.findLast(
    ({ fsType, mountPoint }) => fsType === 'proc' && (mountPoint === '/proc' || mountPoint === roots.proc),
  )?.superOptions
  const hidepid = options?.find((option) => /^hidepid=(2|4|invisible|ptraceable)$/.test(option))
  if (!options || hidepid === undefined) return undefined
  const group = options.find((option) => option.startsWith('gid='))?.slice('gid='.length)
  const remedy =
    group === undefined ? 'mount it with gid=N and put the agent into that group' : `put the agent into group ${group}`
  return `/proc is mounted with ${hidepid}: processes of other users are not seen; ${remedy}`
}
