/**
 * How full each real mount is, by statfs. Local file systems are asked at once; one behind a network or a process is asked
 * with a deadline, since a server that is away would stop the agent with it.
 */
import { type StatsFs, statfs, statfsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Clock } from '../../adapters/clock/port.ts'
import { limits } from '../../core/limits.ts'
import type { DiskSample } from '../../core/snapshot.ts'
import { known, percentOf, wholeOrUndefined } from './counters.ts'
import { inTime } from './deadline.ts'
import { parseMountinfo } from './mountinfo.ts'
import { type RealMount, selectMounts } from './mounts.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

export interface DisksReader {
  read(unavailable: Unavailable): Promise<DiskSample[]>
}

/** statfs(2), at once and later. */
export interface FileSystems {
  now(mountPoint: string): StatsFs
  later(mountPoint: string): Promise<StatsFs>
}

export interface DisksOptions {
  files: FileReader
  roots: Roots
  clock: Clock
  fileSystems?: FileSystems
}

const deadlineMs = 1_000
/** Each question without an answer holds one of Node's four threads for I/O, which the agent needs for itself. */
const maxHanging = 2

const system: FileSystems = { now: (mountPoint) => statfsSync(mountPoint), later: promisify<string, StatsFs>(statfs) }

export function createDisksReader({ files, roots, clock, fileSystems = system }: DisksOptions): DisksReader {
  let mountinfo: string | undefined
  let mounts: RealMount[] = []
  const hanging = new Set<string>()

  const ask = async (mount: RealMount, unavailable: Unavailable): Promise<DiskSample | undefined> => {
    const subject = subjectOf(mount)
    const { mountPoint } = mount
    if (hanging.has(mountPoint)) {
      unavailable.note(subject, 'statfs of an earlier snapshot has still not answered')
      return undefined
    }
    if (hanging.size >= maxHanging) {
      unavailable.note(subject, `not asked: ${[...hanging].join(', ')} do not answer`)
      return undefined
    }
    hanging.add(mountPoint)
    const answer = fileSystems.later(mountPoint).finally(() => hanging.delete(mountPoint))
    try {
      const stats = await inTime(clock, deadlineMs, answer)
      if (stats) return diskOf(mount, stats)
      unavailable.note(subject, `statfs did not answer in ${deadlineMs} ms`)
    } catch (error) {
      unavailable.note(subject, (error as Error).message)
    }
    return undefined
  }

  return {
    async read(unavailable) {
      const text = unavailable.attempt('disks', () => files.kept(`${roots.proc}/self/mountinfo`))
      if (text === undefined) return []
      if (text !== mountinfo) mounts = selectMounts(parseMountinfo(text))
      mountinfo = text
      const asked = mounts.slice(0, limits.disksPerSnapshot)
      if (asked.length < mounts.length) {
        unavailable.note('disks', `${mounts.length} mounts, of which the first ${asked.length} are read`)
      }
      const rows = new Map<string, DiskSample>()
      for (const mount of asked) {
        const row = mount.remote
          ? await ask(mount, unavailable)
          : unavailable.attempt(subjectOf(mount), () => diskOf(mount, fileSystems.now(mount.mountPoint)))
        // Two long names that are the same after the cut are one row.
        if (row) rows.set(row.mount, row)
      }
      return [...rows.values()]
    },
  }
}

function subjectOf(mount: RealMount): string {
  return `disks:${mount.mountPoint}`
}

/** As `df` counts: used is what is not free, the share is of what users can have; a part is kept for root. */
function diskOf(mount: RealMount, stats: StatsFs): DiskSample | undefined {
  if (stats.blocks <= 0) return undefined
  // Blocks are counted in fragments; early releases of Node 24 give the block size only, mostly the same.
  const blockBytes = stats.frsize || stats.bsize
  const usedBytes = (stats.blocks - stats.bfree) * blockBytes
  const freeBytes = stats.bavail * blockBytes
  const inodesUsed = stats.files > 0 ? stats.files - stats.ffree : undefined
  return {
    mount: clip(mount.mountPoint, limits.pathLength),
    ...known({
      device: mount.source === '' ? undefined : clip(mount.source, limits.pathLength),
      fsType: clip(mount.fsType, limits.nameLength),
      // Some servers answer 2^63 for "without limit".
      totalBytes: wholeOrUndefined(stats.blocks * blockBytes),
      usedBytes: wholeOrUndefined(usedBytes),
      freeBytes: wholeOrUndefined(freeBytes),
      usedPercent: percentOf(usedBytes, usedBytes + freeBytes),
      inodesTotal: wholeOrUndefined(stats.files > 0 ? stats.files : undefined),
      inodesUsed: wholeOrUndefined(inodesUsed),
      inodesUsedPercent: percentOf(inodesUsed, stats.files),
      readOnly: mount.failedReadOnly ? true : undefined,
    }),
  }
}
