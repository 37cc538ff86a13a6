/** Where the agent writes: is it there, may it be written, how much room is left, and on what does it lie? */
import { mkdtemp, rm, type StatsFs, statfs, statSync, writeFile } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parseMountinfo } from '../../agent/collect/mountinfo.ts'
import { createFileReader } from '../../agent/collect/read-file.ts'
import { formatBytes, formatNumber } from '../../core/view/format.ts'
import { amiss, type Check, type CheckContext, type Result, reasonOf, well } from './check.ts'

export const directoriesCheck: Check = {
  title: 'directories',
  deadlineMs: 5_000,
  run: async (context) => {
    const { dataDir, logDir, spoolMaxBytes, logMaxBytes, logKeep } = context.settings
    const data = { name: 'data', path: dataDir, setting: 'MONITOR_DATA_DIR', needs: spoolMaxBytes }
    // Three logs, each with those that were rotated.
    const logs = { name: 'logs', path: logDir, setting: 'MONITOR_LOG_DIR', needs: 3 * logMaxBytes * (logKeep + 1) }
    return (await Promise.all([lookAt(data, context), lookAt(logs, context)])).flat()
  },
}

interface Wanted {
  name: string
  path: string
  setting: string
  /** Bytes that the agent may come to write there. */
  needs: number
}

async function lookAt(wanted: Wanted, { roots }: CheckContext): Promise<Result[]> {
  const { name, path, setting } = wanted
  const user = userInfo().username
  const there = nearestThere(path)
  try {
    await tryWriting(there)
  } catch (error) {
    const finding = there === path ? 'directory-not-writable' : 'directory-not-made'
    return [amiss(name, finding, `${path}: ${reasonOf(error)}`, { path, user, setting })]
  }
  const writable = there === path ? `${path} can be written` : `${path} is not there yet, and can be made`
  const room = await promisify(statfs)(there)
  return [well(name, writable), ...roomOf(wanted, room), ...fileSystemOf(wanted, there, roots.proc)]
}

/** The directory itself, or what it would be made in. */
function nearestThere(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false }) || at === dirname(at)) return at
  }
}

/** Rights alone tell nothing of a full or read-only disk. */
async function tryWriting(directory: string): Promise<void> {
  const made = await promisify(mkdtemp)(join(directory, '.vitals-doctor-'))
  try {
    await promisify(writeFile)(join(made, 'probe'), 'x'.repeat(4_096))
  } finally {
    await promisify(rm)(made, { recursive: true, force: true })
  }
}

const fewInodes = 1_000

function roomOf({ name, path, setting, needs }: Wanted, { bavail, bsize, files, ffree }: StatsFs): Result[] {
  const freeBytes = bavail * bsize
  const results: Result[] = []
  const bound = setting === 'MONITOR_DATA_DIR' ? 'MONITOR_SPOOL_MAX_BYTES' : 'MONITOR_LOG_MAX_BYTES'
  const words = `${formatBytes(freeBytes)} free, ${formatBytes(needs)} may be needed`
  if (freeBytes >= needs) results.push(well(`${name}: room`, words))
  else {
    const needed = formatBytes(needs - freeBytes)
    results.push(amiss(`${name}: room`, 'little-room', words, { path, needed, setting: bound }))
  }
  // Some file systems count no inodes.
  if (files > 0 && ffree < fewInodes) {
    results.push(
      amiss(`${name}: inodes`, 'few-inodes', `${formatNumber(ffree)} of ${formatNumber(files)} left`, { path }),
    )
  }
  return results
}

const networkTypes = /^(nfs4?|cifs|smb3|smbfs|ceph|glusterfs|9p|afs|lustre|beegfs|fuse\..+)$/

function fileSystemOf({ name, setting }: Wanted, path: string, proc: string): Result[] {
  const mounts = parseMountinfo(createFileReader().text(join(proc, 'self', 'mountinfo')))
  const isBelow = (mountPoint: string) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`)
  const mount = mounts
    .filter(({ mountPoint }) => isBelow(mountPoint))
    .reduce<(typeof mounts)[number] | undefined>(
      (best, one) => (best && best.mountPoint.length > one.mountPoint.length ? best : one),
      undefined,
    )
  if (!mount) return []
  const { fsType, mountPoint } = mount
  const words = `${fsType} at ${mountPoint}`
  const label = `${name}: file system`
  if (networkTypes.test(fsType)) return [amiss(label, 'network-file-system', words, { setting })]
  const isInMemory = fsType === 'tmpfs' || fsType === 'ramfs'
  if (isInMemory && setting === 'MONITOR_DATA_DIR') return [amiss(label, 'lost-at-boot', words)]
  return [well(label, words)]
}
