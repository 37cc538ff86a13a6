/**
 * Who holds the lock of a spool, by what the kernel tells: to try the lock would stand in the way of an agent that starts
 * just then. Format of /proc/locks: proc(5), `1: POSIX  ADVISORY  WRITE 4711 fe:00:131085 1073741824 1073742335`.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spoolLockName } from '../../agent/spool/directory-storage.ts'

export type LockHolder =
  | { state: 'held'; pid: number }
  | { state: 'free' }
  /** No spool, no /proc/locks: it can't be told. */
  | { state: 'unknown' }

/** The kernel shows the locks of who reads it can see: none of other containers. */
export function readLockHolder({ dataDir, proc = '/proc' }: { dataDir: string; proc?: string }): LockHolder {
  const stat = statSync(join(dataDir, 'spool', spoolLockName), { throwIfNoEntry: false })
  if (!stat) return { state: 'unknown' }
  let text: string
  try {
    text = readFileSync(join(proc, 'locks'), 'utf8')
  } catch {
    return { state: 'unknown' }
  }
  const holders = text.split('\n').flatMap((line) => {
    const [, pid = '', inode = ''] = /^\d+: POSIX\s+\S+\s+WRITE\s+(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)/.exec(line) ?? []
    // Some file systems give another device number to stat: the inode has to do.
    return inode === String(stat.ino) ? [Number(pid)] : []
  })
  const [pid] = holders
  return pid === undefined ? { state: 'free' } : { state: 'held', pid }
}
