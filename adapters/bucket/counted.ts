/** A bucket that counts what it is asked. */
import type { Bucket } from './port.ts'

export interface RequestCounts {
  reads: number
  lists: number
  writes: number
}

/** Repetitions by the adapter itself are not seen. */
export function countRequests(bucket: Bucket): { bucket: Bucket; counts(): RequestCounts } {
  const counts: RequestCounts = { reads: 0, lists: 0, writes: 0 }
  return {
    bucket: {
      url: bucket.url,
      get: (...args) => {
        counts.reads += 1
        return bucket.get(...args)
      },
      put: (...args) => {
        counts.writes += 1
        return bucket.put(...args)
      },
      list: (...args) => {
        counts.lists += 1
        return bucket.list(...args)
      },
      delete: (keys) => bucket.delete(keys),
      ...(bucket.presign ? { presign: (key: string) => (bucket.presign as NonNullable<Bucket['presign']>)(key) } : {}),
    },
    counts: () => ({ ...counts }),
  }
}
