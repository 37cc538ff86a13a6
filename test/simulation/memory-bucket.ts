/** A bucket in memory, for the crash simulator: passes the contract that the real ones pass, and is cheap to make. */
import { createHash } from 'node:crypto'
import { checkKey, checkList } from '../../adapters/bucket/key.ts'
import { type Bucket, BucketError, type ListedObject, listPageSize } from '../../adapters/bucket/port.ts'

interface Held {
  body: Uint8Array
  etag: string
  modifiedAtMs: number
}

export interface MemoryBucket extends Bucket {
  /** Everything, for comparing before and after. */
  etags(): Map<string, string>
}

/** `now`: the store's own clock. */
export function createMemoryBucket({ now }: { now: () => number }): MemoryBucket {
  const objects = new Map<string, Held>()
  let sorted: string[] | undefined
  const keys = () => {
    sorted ??= [...objects.keys()].sort()
    return sorted
  }
  return {
    url: 'memory:',
    get: async (key, { maxBytes } = {}) => {
      checkKey('get', key)
      const held = objects.get(key)
      if (!held) return undefined
      if (maxBytes !== undefined && held.body.byteLength > maxBytes) {
        const message = `${held.body.byteLength} bytes, at most ${maxBytes} expected`
        throw new BucketError(message, { operation: 'get', key, effect: 'none' })
      }
      return { body: held.body, etag: held.etag }
    },
    put: async (key, body, condition) => {
      checkKey('put', key)
      const held = objects.get(key)
      const holds = !condition || ('ifAbsent' in condition ? !held : held?.etag === condition.ifMatches)
      if (!holds) return { outcome: 'lost', storeAtMs: now() }
      const etag = createHash('sha256').update(body).digest('hex').slice(0, 32)
      objects.set(key, { body: Uint8Array.from(body), etag, modifiedAtMs: now() })
      if (!held) sorted = undefined
      return { outcome: 'written', etag, storeAtMs: now() }
    },
    list: async (prefix, { startAfter = '', limit = listPageSize } = {}) => {
      checkList(prefix, limit)
      const all = keys()
      const from = firstFrom(all, startAfter >= prefix ? startAfter : prefix)
      const page = { objects: [] as ListedObject[], more: false }
      for (let index = from; index < all.length; index++) {
        const key = all[index]
        if (key === undefined || !key.startsWith(prefix)) break
        if (key <= startAfter) continue
        if (page.objects.length === limit) return { ...page, more: true }
        const held = objects.get(key)
        if (held) page.objects.push({ key, sizeBytes: held.body.byteLength, modifiedAtMs: held.modifiedAtMs })
      }
      return page
    },
    delete: async (deleted) => {
      for (const key of deleted) checkKey('delete', key)
      for (const key of deleted) if (objects.delete(key)) sorted = undefined
    },
    etags: () => new Map([...objects].map(([key, { etag }]) => [key, etag])),
  }
}

/** Index of the first key that is not below `bound`. */
function firstFrom(sorted: readonly string[], bound: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < bound) low = middle + 1
    else high = middle
  }
  return low
}
