import { lstatSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { removeEmptySync, syncFolder } from './durable.ts'
import { failure } from './failure.ts'
import type { Place } from './place.ts'

/** Objects removed under one lock: other writers wait for it. */
const deletedAtOnce = 64

export async function deleteObjects(place: Place, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += deletedAtOnce) {
    await deleteSome(place, keys.slice(start, start + deletedAtOnce))
  }
}

/** Emptied folders go too: no put can lose one that it needs, since it makes folders under the same lock. */
async function deleteSome({ root, url, lock }: Place, keys: readonly string[]): Promise<void> {
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
