/** A bucket that functions may work on: opened, laid out, and known to honour conditional writes. */
import type { ShardCount } from '../../core/keys.ts'
import type { Random } from '../clock/port.ts'
import type { Log } from '../log/port.ts'
import { ensureLayout } from './layout.ts'
import { openBucket } from './open.ts'
import type { Bucket } from './port.ts'
import { probeConditionalWrites } from './probe.ts'

export interface ReadyOptions {
  url: string
  /** Absent: whatever the bucket has. */
  shardCount?: ShardCount
  /** Nobody else evaluates this bucket: then a store without conditional writes will do. */
  singleWriter: boolean
  random: Random
  log: Log
}

/** Throws when the bucket can't be used: away, laid out otherwise, or without conditional writes. */
export async function openReadyBucket({
  url,
  shardCount: wanted,
  singleWriter,
  random,
  log,
}: ReadyOptions): Promise<{ bucket: Bucket; shardCount: ShardCount }> {
  const bucket = await openBucket(url)
  await expectConditions(bucket, { singleWriter, random, log })
  const shardCount = await ensureLayout({ bucket, ...(wanted === undefined ? {} : { shardCount: wanted }) })
  return { bucket, shardCount }
}

async function expectConditions(
  bucket: Bucket,
  { singleWriter, random, log }: Pick<ReadyOptions, 'singleWriter' | 'random' | 'log'>,
): Promise<void> {
  const probed = await probeConditionalWrites({ bucket, random })
  if (probed.honours) return
  const observed = probed.observed.join('; ')
  if (singleWriter) {
    log.warn('the bucket honours no conditional writes; this must stay the only writer', {
      bucket: bucket.url,
      observed,
    })
    return
  }
  throw new Error(
    `bucket ${bucket.url} does not honour conditional writes, so that two runs could both believe they committed: ` +
      `${observed}. Use a store that does; or, if nothing else ever evaluates it, set MONITOR_SINGLE_WRITER=true`,
  )
}
