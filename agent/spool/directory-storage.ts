/**
 * The spool's files in a directory. A few calls a minute: the synchronous calls cost a tenth of the asynchronous ones.
 *
 * A process that dies costs nothing of what was written. What a power cut costs, by when the disk is asked to keep it:
 *
 *     snapshot   each snapshot, each change: nothing
 *     batch      each batch, and each record of a loss: the snapshots that are no batch yet
 *     never      not at all: what the kernel has not written by itself, some 30 s; a batch of which a part is missing is
 *                known by its hash, put aside and told as a gap
 *
 * A removal that a power cut takes back does no harm: a segment whose batch is there is removed again, a batch that was
 * sent is sent again to the key that it has already, and what was dropped is written down before, in a file that is kept.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FsyncPolicy } from '../../core/setting-values.ts'
import type { SpoolStorage } from './storage.ts'

const draftSuffix = '.draft'
/** Where damaged files go. */
export const asideFolder = 'damaged'
export const spoolLockName = '.lock.sqlite'
/** https://www.sqlite.org/rescode.html#busy */
const sqliteBusy = 5

export interface LockedStorage extends SpoolStorage {
  /** Lets another agent have the directory. */
  close(): void
}

export interface DirectoryStorageOptions {
  fsync?: FsyncPolicy
  /** Asks the disk to keep what an open file has. */
  sync?: (descriptor: number) => void
}

/** Throws when another live process has the directory. What a dead one held is free: the kernel keeps the lock. */
export function openDirectoryStorage(
  path: string,
  { fsync = 'batch', sync = fsyncSync }: DirectoryStorageOptions = {},
): LockedStorage {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(path)
  // What a process was writing when it died.
  for (const name of readdirSync(path)) if (name.endsWith(draftSuffix)) rmSync(join(path, name), { force: true })
  /** Its entry in the directory is on disk. */
  let appended = ''
  const isKeptAt = { change: fsync === 'snapshot', batch: fsync !== 'never' }
  const put = (file: string, body: Uint8Array, { flag, isKept }: { flag: 'w' | 'a'; isKept: boolean }) => {
    const descriptor = openSync(file, flag, 0o600)
    try {
      writeFileSync(descriptor, body)
      if (isKept) sync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }
  const syncDirectory = (isKept: boolean) => {
    if (!isKept) return
    const directory = openSync(path, 'r')
    try {
      sync(directory)
    } finally {
      closeSync(directory)
    }
  }
  return {
    path,
    list: async () =>
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith(draftSuffix))
        .map(({ name }) => ({ name, sizeBytes: statSync(join(path, name)).size })),
    read: async (name) => readFileSync(join(path, name)),
    write: async (name, body) => {
      const draft = join(path, `${name}${draftSuffix}`)
      try {
        put(draft, body, { flag: 'w', isKept: isKeptAt.batch })
        renameSync(draft, join(path, name))
      } catch (error) {
        // On a full disk half a draft would take the room that something else needs.
        rmSync(draft, { force: true })
        throw error
      }
      syncDirectory(isKeptAt.batch)
    },
    append: async (name, body) => {
      put(join(path, name), body, { flag: 'a', isKept: isKeptAt.change })
      if (name !== appended) syncDirectory(isKeptAt.change)
      appended = name
    },
    remove: async (name) => {
      rmSync(join(path, name), { force: true })
      syncDirectory(isKeptAt.change)
    },
    moveAside: async (name) => {
      const folder = join(path, asideFolder)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const place = freeName(folder, name)
      renameSync(join(path, name), place)
      syncDirectory(isKeptAt.batch)
      return place
    },
    close: () => lock.close(),
  }
}

/** Nothing that was put aside before is overwritten. */
function freeName(folder: string, name: string): string {
  for (let number = 0; ; number++) {
    const free = join(folder, number === 0 ? name : `${name}.${number}`)
    if (!existsSync(free)) return free
  }
}

function lockDirectory(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, spoolLockName))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock.close()
    const isHeld = (cause as { errcode?: number }).errcode === sqliteBusy
    const reason = isHeld
      ? 'another agent is using it. Stop that one, or set MONITOR_DATA_DIR to a directory of its own'
      : `its lock can not be taken: ${(cause as Error).message}`
    throw new Error(`spool ${path}: ${reason}`, { cause })
  }
}
