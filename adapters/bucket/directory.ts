/**
 * A directory as the bucket: one file an object, for one machine or a shared file system with POSIX locks.
 *
 * Readers take no lock: a file is never changed in place, only replaced by rename, so that whoever has it open reads it
 * as it was. Writers, in whatever process, write and sync a draft first, and then hold the lock only to compare and to
 * rename. An answer is given when the change would survive a loss of power.
 *
 *     <root>/inbox/v1/…        the objects, by key
 *     <root>/.tmp/             drafts; a leading dot is never part of a key
 *     <root>/.lock.sqlite      see directory/lock.ts
 */
import { hash } from 'node:crypto'
import { lstatSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Clock } from '../clock/port.ts'
import { systemClock } from '../clock/system.ts'
import { makeFoldersSync, removeEmptySync, sweepDrafts, syncFolder, writeDraft } from './directory/durable.ts'
import { failure, isMissing } from './directory/failure.ts'
import { createProcessLock, type ProcessLock } from './directory/lock.ts'
import { walk } from './directory/walk.ts'
import { checkKey, checkList } from './key.ts'
import { type Bucket, BucketError, type ListedObject, listPageSize, type PutCondition, type PutResult } from './port.ts'

const draftKeptMs = 3_600_000

/** Objects removed under one lock: others wait for it. */
const deletedAtOnce = 64

/**
 * Makes the directory when it isn't there. `clock` is the store's own: `storeAtMs` is its wall clock.
 * Throws a `BucketError` when the directory can't be made or read.
 */
export async function openDirectoryBucket(
  urlOrPath: string | URL,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Bucket> {
  const root = rootOf(urlOrPath)
  const url = pathToFileURL(root).href
  const drafts = join(root, '.tmp')
  try {
    await mkdir(root, { recursive: true })
    await stat(root)
  } catch (cause) {
    throw failure(cause, { operation: 'list', key: '', effect: 'none', url })
  }
  await mkdir(drafts)
    .catch(() => {})
    .then(() => sweepDrafts(drafts, { olderThanMs: clock.now() - draftKeptMs }))
    // A directory that can only be read is read; the first put tells what is wrong with it.
    .catch(() => {})
  return directoryBucket({
    root,
    url,
    drafts,
    clock,
    lock: createProcessLock({ path: join(root, '.lock.sqlite'), clock }),
  })
}

interface Directory {
  root: string
  url: string
  drafts: string
  clock: Clock
  lock: ProcessLock
}

function directoryBucket(directory: Directory): Bucket {
  const { root, url } = directory
  return {
    url,
    get: async (key, { maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      checkKey('get', key)
      try {
        const held = await openObject(directory, key)
        return held && (await readAndClose(held, { key, url, maxBytes }))
      } catch (cause) {
        throw failure(cause, { operation: 'get', key, effect: 'none', url })
      }
    },
    put: async (key, body, condition) => {
      checkKey('put', key)
      return putObject(directory, { key, body, condition })
    },
    list: async (prefix, { startAfter = '', limit = listPageSize } = {}) => {
      checkList(prefix, limit)
      try {
        const pageSize = Math.min(limit, listPageSize)
        const objects: ListedObject[] = []
        for await (const object of walk({ root, prefix, startAfter })) {
          if (objects.length === pageSize) return { objects, more: true }
          objects.push(object)
        }
        if (objects.length === 0) await stat(root)
        return { objects, more: false }
      } catch (cause) {
        throw failure(cause, { operation: 'list', key: prefix, effect: 'none', url })
      }
    },
    delete: async (keys) => {
      for (const key of keys) checkKey('delete', key)
      for (let start = 0; start < keys.length; start += deletedAtOnce) {
        await deleteObjects(directory, keys.slice(start, start + deletedAtOnce))
      }
    },
  }
}

interface Put {
  key: string
  body: Uint8Array
  condition: PutCondition | undefined
}

async function putObject(directory: Directory, { key, body, condition }: Put): Promise<PutResult> {
  const { root, url, drafts, clock, lock } = directory
  const path = join(root, key)
  const folder = dirname(path)
  let draft: string | undefined
  let isRenamed = false
  try {
    for (;;) {
      const seen = await look(directory, key, condition)
      try {
        if (seen.outcome === 'lost') break
        draft ??= await writeDraft(drafts, body)
        const from = draft
        const placed = await lock.hold(() => {
          if (condition && inodeOf(path) !== seen.inode) return undefined
          const made = renameInto(root, from, path)
          isRenamed = true
          return made
        })
        // Somebody changed the object since we looked: look again.
        if (!placed) continue
        for (const made of placed) await syncFolder(dirname(made))
        await syncFolder(folder)
        return { outcome: 'written', etag: etagOf(body), storeAtMs: clock.now() }
      } finally {
        await seen.close()
      }
    }
    // Who is told that another was first may rely on it: what that one wrote has to be on disk too.
    await syncFolder(folder)
    return { outcome: 'lost', storeAtMs: clock.now() }
  } catch (cause) {
    throw failure(cause, { operation: 'put', key, effect: isRenamed ? 'unknown' : 'none', url })
  } finally {
    if (draft !== undefined && !isRenamed) await rm(draft, { force: true }).catch(() => {})
  }
}

type Seen =
  | { outcome: 'lost'; close(): Promise<void> }
  /** `inode`: of the file that has to be in place still; absent: none may be. */
  | { outcome: 'holds'; inode?: bigint; close(): Promise<void> }

/**
 * Whether the condition holds, told without the lock, because reading and hashing take long. The file stays open: as
 * long as it is, its inode belongs to no other, and comparing that is all that is left to do under the lock.
 */
async function look(directory: Directory, key: string, condition: PutCondition | undefined): Promise<Seen> {
  const close = async () => {}
  if (!condition) return { outcome: 'holds', close }
  const held = await openObject(directory, key)
  if (!held) return { outcome: 'ifAbsent' in condition ? 'holds' : 'lost', close }
  if ('ifAbsent' in condition) {
    await held.file.close()
    return { outcome: 'lost', close }
  }
  try {
    const isSame = etagOf(await held.file.readFile()) === condition.ifMatches
    if (isSame) return { outcome: 'holds', inode: held.inode, close: () => held.file.close() }
  } catch (error) {
    await held.file.close()
    throw error
  }
  await held.file.close()
  return { outcome: 'lost', close }
}

/** The folders that had to be made for it, outermost first. */
function renameInto(root: string, from: string, to: string): string[] {
  try {
    renameSync(from, to)
    return []
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
  }
  const made = makeFoldersSync(root, dirname(to))
  renameSync(from, to)
  return made
}

/** Emptied folders go too: no put can lose one that it needs, since it makes folders under the same lock. */
async function deleteObjects({ root, url, lock }: Directory, keys: readonly string[]): Promise<void> {
  let key = keys[0] ?? ''
  let effect: 'none' | 'unknown' = 'none'
  try {
    const touched = await lock.hold(() => {
      const folders = new Set<string>()
      for (key of keys) {
        const path = join(root, key)
        if (!unlinkIfThere(path)) continue
        effect = 'unknown'
        folders.add(dirname(path))
      }
      return new Set([...folders].map((folder) => removeEmptySync(root, folder)))
    })
    for (const folder of touched) await syncFolder(folder)
  } catch (cause) {
    throw failure(cause, { operation: 'delete', key, effect, url })
  }
}

function unlinkIfThere(path: string): boolean {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return false
  unlinkSync(path)
  return true
}

interface HeldObject {
  file: FileHandle
  inode: bigint
  sizeBytes: number
}

/** `undefined`: no such object. A root that is gone is no empty bucket, and throws. */
async function openObject({ root }: Directory, key: string): Promise<HeldObject | undefined> {
  let file: FileHandle
  try {
    file = await open(join(root, key), 'r')
  } catch (error) {
    if (!isMissing(error)) throw error
    await stat(root)
    return undefined
  }
  const stats = await file.stat({ bigint: true })
  if (stats.isFile()) return { file, inode: stats.ino, sizeBytes: Number(stats.size) }
  await file.close()
  return undefined
}

async function readAndClose(
  { file, sizeBytes }: HeldObject,
  { key, url, maxBytes }: { key: string; url: string; maxBytes: number },
) {
  try {
    if (sizeBytes > maxBytes) {
      const message = `get ${key} in ${url}: ${sizeBytes} bytes, expected at most ${maxBytes}`
      throw new BucketError(message, { operation: 'get', key, effect: 'none' })
    }
    const body = await file.readFile()
    return { body, etag: etagOf(body) }
  } finally {
    await file.close()
  }
}

/** Absent: there is no object. A folder is none; the rename that follows says so. */
function inodeOf(path: string): bigint | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats?.isFile() ? stats.ino : undefined
}

function etagOf(body: Uint8Array): string {
  return hash('sha256', body, 'hex').slice(0, 32)
}

function rootOf(urlOrPath: string | URL): string {
  return urlOrPath instanceof URL || urlOrPath.startsWith('file:')
    ? resolve(fileURLToPath(urlOrPath))
    : resolve(urlOrPath)
}
