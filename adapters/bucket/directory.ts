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
import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Clock } from '../clock/port.ts'
import { systemClock } from '../clock/system.ts'
import { deleteObjects } from './directory/delete.ts'
import { makeRoot, sweepDrafts } from './directory/durable.ts'
import { failure, reasonOf } from './directory/failure.ts'
import { createProcessLock } from './directory/lock.ts'
import { readObject } from './directory/object.ts'
import type { Place } from './directory/place.ts'
import { putObject } from './directory/put.ts'
import { walk } from './directory/walk.ts'
import { checkKey, checkList } from './key.ts'
import { type Bucket, BucketError, type ListedObject, type Listing, listPageSize } from './port.ts'

/** Older drafts are those of dead runs. */
const draftKeptMs = 3_600_000

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
    await makeRoot(root)
  } catch (cause) {
    throw new BucketError(`open ${url}: ${reasonOf(cause)}`, { operation: 'list', key: '', effect: 'none', cause })
  }
  try {
    await mkdir(drafts, { recursive: true })
    await sweepDrafts(drafts, { olderThanMs: clock.now() - draftKeptMs })
  } catch {
    // A directory that can only be read is read; the first put tells what is wrong with it.
  }
  const lock = createProcessLock({ path: join(root, '.lock.sqlite'), clock })
  return directoryBucket({ root, url, drafts, clock, lock })
}

function directoryBucket(place: Place): Bucket {
  const { root, url } = place
  return {
    url,
    get: async (key, { maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      checkKey('get', key)
      try {
        return await readObject(root, key, { url, maxBytes })
      } catch (cause) {
        throw failure(cause, { operation: 'get', key, effect: 'none', url })
      }
    },
    put: async (key, body, condition) => {
      checkKey('put', key)
      return putObject(place, { key, body, condition })
    },
    list: async (prefix, { startAfter = '', limit = listPageSize } = {}) => {
      checkList(prefix, limit)
      try {
        return await listPage(root, { prefix, startAfter, pageSize: Math.min(limit, listPageSize) })
      } catch (cause) {
        throw failure(cause, { operation: 'list', key: prefix, effect: 'none', url })
      }
    },
    delete: async (keys) => {
      for (const key of keys) checkKey('delete', key)
      await deleteObjects(place, keys)
    },
  }
}

async function listPage(
  root: string,
  { prefix, startAfter, pageSize }: { prefix: string; startAfter: string; pageSize: number },
): Promise<Listing> {
  const objects: ListedObject[] = []
  for await (const object of walk({ root, prefix, startAfter })) {
    if (objects.length === pageSize) return { objects, more: true }
    objects.push(object)
  }
  // Nothing there, or no directory there: that is not the same.
  if (objects.length === 0) await stat(root)
  return { objects, more: false }
}

function rootOf(urlOrPath: string | URL): string {
  const isUrl = urlOrPath instanceof URL || urlOrPath.startsWith('file:')
  return resolve(isUrl ? fileURLToPath(urlOrPath) : urlOrPath)
}
