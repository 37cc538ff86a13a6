import { openBucket } from '../../adapters/bucket/open.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Workplace } from './vitals.ts'

const prefixes = ['inbox/', 'state/', 'log/', 'lake/', 'rollups/', 'notices/'] as const

/** Keys and ETags by prefix: two of these are equal when nothing was written in between. */
export async function snapshotOfBucket({
  bucketUrl,
}: Pick<Workplace, 'bucketUrl'>): Promise<Record<'inbox' | string, [key: string, etag: string | undefined][]>> {
  const bucket = await openBucket(bucketUrl)
  const entries = await Promise.all(
    prefixes.map(async (prefix) => [prefix.slice(0, -1), await etagsBelow(bucket, prefix)] as const),
  )
  return Object.fromEntries(entries)
}

async function etagsBelow(bucket: Bucket, prefix: string): Promise<[string, string | undefined][]> {
  const { objects } = await bucket.list(prefix)
  return Promise.all(
    objects.map(async ({ key }) => [key, (await bucket.get(key))?.etag] as [string, string | undefined]),
  )
}
