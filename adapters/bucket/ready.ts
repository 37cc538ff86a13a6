/** A bucket that functions may work on. */
import type { ShardCount } from '../../core/keys.ts'
import type { Settings } from '../../core/settings.ts'
import type { Random } from '../clock/port.ts'
import type { Log } from '../log/port.ts'
import { ensureLayout, expectLayout, findLayout } from './layout.ts'
import { withOneWriter } from './one-writer.ts'
import { openBucket } from './open.ts'
import type { Bucket } from './port.ts'
import { probeConditionalWrites } from './probe.ts'

export interface LaidOutBucket {
  bucket: Bucket
  shardCount: ShardCount
}

/** For who commits nothing of its own making. Throws when the bucket is away, laid out otherwise or not at all. */
export async function openLaidOutBucket({
  bucketUrl,
  shardCount,
}: Pick<Settings, 'bucketUrl' | 'shardCount'>): Promise<LaidOutBucket> {
  const bucket = await openBucket(bucketUrl)
  return { bucket, shardCount: await expectLayout({ bucket, ...(shardCount === undefined ? {} : { shardCount }) }) }
}

export interface ReadyOptions {
  settings: Pick<Settings, 'bucketUrl' | 'shardCount' | 'singleWriter'>
  random: Random
  log: Log
}

/** For who commits: a new bucket is laid out. Throws when the store does not honour conditional writes, too. */
export async function openReadyBucket({
  settings: { bucketUrl, shardCount, singleWriter },
  random,
  log,
}: ReadyOptions): Promise<LaidOutBucket> {
  const opened = await openBucket(bucketUrl)
  const wanted = shardCount === undefined ? {} : { shardCount }
  // First, since the probe writes: a bucket of a newer version is left as it is.
  const found = await findLayout({ bucket: opened, ...wanted })
  const bucket = await conditional(opened, { singleWriter, random, log })
  return { bucket, shardCount: found ?? (await ensureLayout({ bucket, ...wanted })) }
}

/** One that keeps conditions: the store, or this process where it is the only writer. */
async function conditional(
  bucket: Bucket,
  { singleWriter, random, log }: { singleWriter: boolean; random: Random; log: Log },
): Promise<Bucket> {
  const probed = await probeConditionalWrites({ bucket, random })
  if (probed.honours) return bucket
  const observed = probed.observed.join('; ')
  if (singleWriter) {
    log.warn('the bucket honours no conditional writes; this must stay the only writer', {
      bucket: bucket.url,
      observed,
    })
    return withOneWriter(bucket)
  }
  throw new Error(
    `bucket ${bucket.url} does not honour conditional writes, so that two runs could both believe they committed: ` +
      `${observed}. Use a store that does; or, if nothing else ever evaluates it, set MONITOR_SINGLE_WRITER=true`,
  )
}
