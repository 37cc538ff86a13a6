/** A bucket as one function has it: what it asks for is noted, as IAM would be asked whether it may. */
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'

export const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'] as const
export type Action = (typeof actions)[number]

/** Keys by what was done with them. */
export type Deeds = Record<Action, Set<string>>

export function noDeeds(): Deeds {
  return { 's3:GetObject': new Set(), 's3:PutObject': new Set(), 's3:DeleteObject': new Set() }
}

/** `lost`: beginnings of keys; for each, the answer to the next write there is lost, once. */
export function watchBucket(bucket: Bucket, { deeds, lost }: { deeds: Deeds; lost: string[] }): Bucket {
  return {
    url: bucket.url,
    get: (key, options) => {
      deeds['s3:GetObject'].add(key)
      return bucket.get(key, options)
    },
    put: async (key, body, condition) => {
      deeds['s3:PutObject'].add(key)
      const result = await bucket.put(key, body, condition)
      const at = lost.findIndex((beginning) => key.startsWith(beginning))
      if (at < 0) return result
      lost.splice(at, 1)
      throw new BucketError('the answer was lost', { operation: 'put', key, effect: 'unknown' })
    },
    list: (prefix, options) => bucket.list(prefix, options),
    delete: (keys) => {
      for (const key of keys) deeds['s3:DeleteObject'].add(key)
      return bucket.delete(keys)
    },
    // Whoever has the address reads with the rights of who signed it.
    presign: async (key) => {
      deeds['s3:GetObject'].add(key)
      return `https://store.example/${key}`
    },
  }
}
