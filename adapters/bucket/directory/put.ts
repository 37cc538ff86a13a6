/**
 * A put: look whether the condition holds, write and sync a draft, and under the lock compare again and rename. What
 * takes long is done without the lock; what is left under it takes microseconds.
 */
import { renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PutCondition, PutResult } from '../port.ts'
import { makeFoldersSync, syncFolder, writeDraft } from './durable.ts'
import { failure } from './failure.ts'
import { etagOf, inodeSync, openObject } from './object.ts'
import type { Place } from './place.ts'

export interface Put {
  key: string
  body: Uint8Array
  condition: PutCondition | undefined
}

export async function putObject(place: Place, { key, body, condition }: Put): Promise<PutResult> {
  const { root, url, drafts, clock, lock } = place
  const path = join(root, key)
  let draft: string | undefined
  let isRenamed = false
  try {
    for (;;) {
      const seen = await look(root, key, condition)
      try {
        if (seen.outcome === 'lost') break
        draft ??= await writeDraft(drafts, body)
        const from = draft
        const made = await lock.hold(() => {
          if (condition && inodeSync(path) !== seen.inode) return undefined
          const folders = renameInto(root, from, path)
          isRenamed = true
          return folders
        })
        // Somebody changed the object since we looked: look again.
        if (!made) continue
        for (const folder of [...made.map((folder) => dirname(folder)), dirname(path)]) await syncFolder(folder)
        return { outcome: 'written', etag: etagOf(body), storeAtMs: clock.now() }
      } finally {
        await seen.close()
      }
    }
    // Who is told that another was first may rely on it: what that one wrote has to be on disk too.
    await syncFolder(dirname(path))
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
 * The file that if-matches was compared with stays open: as long as it is, its inode belongs to no other, and comparing
 * inodes is all that is left to do under the lock.
 */
async function look(root: string, key: string, condition: PutCondition | undefined): Promise<Seen> {
  const close = async () => {}
  if (!condition) return { outcome: 'holds', close }
  const object = await openObject(root, key)
  if (!object) return { outcome: 'ifAbsent' in condition ? 'holds' : 'lost', close }
  const { file, inode } = object
  let isSame = false
  try {
    isSame = 'ifMatches' in condition && etagOf(await file.readFile()) === condition.ifMatches
  } finally {
    if (!isSame) await file.close()
  }
  return isSame ? { outcome: 'holds', inode, close: () => file.close() } : { outcome: 'lost', close }
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
