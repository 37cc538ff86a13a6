/** What is known of hosts as a report is made: facts, and alerts that opened before the period and nobody has closed. */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import { nowKey, type Shard } from '../../core/keys.ts'
import type { HostNow, ShardNow } from '../../core/now.ts'

/** A view of 1,000 hosts. */
const maxBytes = 64 * 1024 * 1024
const readsAtOnce = 16

/** One that can't be read is told in `problems`; one that isn't there says nothing. */
export async function readNows(
  bucket: Bucket,
  shards: readonly Shard[],
): Promise<{ nows: HostNow[]; problems: string[] }> {
  const nows: HostNow[] = []
  const problems: string[] = []
  for (let at = 0; at < shards.length; at += readsAtOnce) {
    const read = await Promise.all(shards.slice(at, at + readsAtOnce).map((shard) => readOne(bucket, nowKey(shard))))
    for (const one of read) {
      if (typeof one === 'string') problems.push(one)
      else nows.push(...one)
    }
  }
  return { nows, problems }
}

async function readOne(bucket: Bucket, key: string): Promise<HostNow[] | string> {
  try {
    const object = await bucket.get(key, { maxBytes })
    if (!object) return []
    const now = JSON.parse(Buffer.from(object.body).toString('utf8')) as ShardNow | null
    return now?.v === 1 ? now.hosts : `${key} can't be read: expected version 1`
  } catch (error) {
    if (!(error instanceof BucketError) && !(error instanceof SyntaxError)) throw error
    return `${key} can't be read: ${error.message}`
  }
}
