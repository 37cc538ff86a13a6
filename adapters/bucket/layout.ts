/** `vitals.json`: what the keys of a bucket mean, fixed by whoever uses it first. */
import * as v from 'valibot'
import { layoutKey, type ShardCount, shardCounts } from '../../core/keys.ts'
import { refuseNewer, versionIn } from '../../core/newer-version.ts'
import type { Bucket } from './port.ts'

const layoutVersion = 1
const layoutMaxBytes = 64 * 1024

const layoutSchema = v.object({ v: v.literal(layoutVersion), shards: v.picklist(shardCounts) })

/**
 * Writes the layout into a new bucket, reads it from any other; the number of shards. Throws when the bucket was laid
 * out for another number, or by a newer version: to go on would split its hosts in two.
 */
export async function ensureLayout({
  bucket,
  shardCount,
}: {
  bucket: Bucket
  /** Absent: whatever the bucket has; a new one gets one shard. */
  shardCount?: ShardCount
}): Promise<ShardCount> {
  const found = await findLayout({ bucket, shardCount })
  return found ?? expectShards(bucket, await writeLayout(bucket, shardCount ?? 1), shardCount)
}

/** The same of a bucket that has one, and writes none. */
export async function findLayout({
  bucket,
  shardCount,
}: {
  bucket: Bucket
  /** Absent: whatever the bucket has. */
  shardCount?: ShardCount | undefined
}): Promise<ShardCount | undefined> {
  const found = await readLayout(bucket)
  return found === undefined ? undefined : expectShards(bucket, found, shardCount)
}

/** For who may not write it, or comes too early: throws as well when nobody has laid the bucket out. */
export async function expectLayout({
  bucket,
  shardCount,
}: {
  bucket: Bucket
  /** Absent: whatever the bucket has. */
  shardCount?: ShardCount
}): Promise<ShardCount> {
  const found = await findLayout({ bucket, shardCount })
  if (found !== undefined) return found
  throw new Error(
    `${layoutKey} in ${bucket.url}: there is none: evaluate writes it; let it run first, or check MONITOR_BUCKET`,
  )
}

function expectShards(bucket: Bucket, found: ShardCount, shardCount: ShardCount | undefined): ShardCount {
  if (shardCount !== undefined && found !== shardCount) {
    throw new Error(
      `${layoutKey} in ${bucket.url}: the bucket has ${found} shards, and MONITOR_SHARDS says ${shardCount}: ` +
        `set MONITOR_SHARDS=${found}, or use a new bucket; the number is fixed when a bucket is first used`,
    )
  }
  return found
}

async function readLayout(bucket: Bucket): Promise<ShardCount | undefined> {
  const object = await bucket.get(layoutKey, { maxBytes: layoutMaxBytes })
  return object && parseLayout(object.body, bucket.url)
}

/** Of two that lay out a new bucket at once, the first one's number stands. */
async function writeLayout(bucket: Bucket, shards: ShardCount): Promise<ShardCount> {
  const body = Buffer.from(`${JSON.stringify({ v: layoutVersion, shards })}\n`)
  await bucket.put(layoutKey, body, { ifAbsent: true })
  const stands = await readLayout(bucket)
  if (stands === undefined) throw new Error(`${layoutKey} in ${bucket.url}: written, and not there: who deletes it?`)
  return stands
}

function parseLayout(body: Uint8Array, url: string): ShardCount {
  const place = `${layoutKey} in ${url}`
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (cause) {
    throw new Error(`${place}: not JSON: expected { "v": ${layoutVersion}, "shards": … }`, { cause })
  }
  refuseNewer(place, versionIn(value), layoutVersion)
  const layout = v.safeParse(layoutSchema, value)
  if (layout.success) return layout.output.shards
  const expected = `{ "v": ${layoutVersion}, "shards": ${shardCounts.join(', ')} }`
  throw new Error(`${place}: ${JSON.stringify(value)?.slice(0, 200)}: expected ${expected}`)
}
