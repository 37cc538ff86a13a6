/**
 * The spool's files in a directory. A few calls a minute: the synchronous calls cost a tenth of the asynchronous ones.
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
import type { SpoolStorage } from './storage.ts'

const draftSuffix = '.draft'
const asideFolder = 'damaged'
/** https://www.sqlite.org/rescode.html#busy */
const sqliteBusy = 5

export interface LockedStorage extends SpoolStorage {
  /** Lets another agent have the directory. */
  close(): void
}

/** Throws when another live process has the directory. What a dead one held is free: the kernel keeps the lock. */
export function openDirectoryStorage(path: string): LockedStorage {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(path)
  // What a process was writing when it died.
  for (const name of readdirSync(path)) if (name.endsWith(draftSuffix)) rmSync(join(path, name), { force: true })
  /** Its entry in the directory is on disk. */
  let appended = ''
  const syncDirectory = () => {
    const directory = openSync(path, 'r')
    try {
      fsyncSync(directory)
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
      writeFileSync(draft, body, { mode: 0o600, flush: true })
      renameSync(draft, join(path, name))
      syncDirectory()
    },
    append: async (name, body) => {
      writeFileSync(join(path, name), body, { flag: 'a', mode: 0o600, flush: true })
      if (name !== appended) syncDirectory()
      appended = name
    },
    remove: async (name) => {
      rmSync(join(path, name), { force: true })
      syncDirectory()
    },
    moveAside: async (name) => {
      const folder = join(path, asideFolder)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      renameSync(join(path, name), freeName(folder, name))
      syncDirectory()
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
  const lock = new DatabaseSync(join(path, '.lock.sqlite'))
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
