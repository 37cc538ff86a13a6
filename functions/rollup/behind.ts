/** How long the log has been waiting for rollup: asked where a run failed, since each shard costs three requests. */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Figures } from '../../adapters/figures/port.ts'
import { type Log, silentLog } from '../../adapters/log/port.ts'
import { beforeBlock, logPrefix, type Shard, type ShardCount, shards } from '../../core/keys.ts'
import { readProgress } from './progress.ts'
import { readHead } from './read-log.ts'

interface BehindDeps {
  bucket: Bucket
  shardCount: ShardCount
  clock: Pick<Clock, 'now'>
  log: Log
  figures: Figures
}

/** Of each shard that can be asked; never rejects because one can't. */
export async function tellBehind({ bucket, shardCount, clock, log, figures }: BehindDeps): Promise<void> {
  for (const shard of shards(shardCount)) {
    try {
      const sinceMs = await waitingSinceMs(bucket, shard)
      if (sinceMs === 'unknown') continue
      const behindMs = sinceMs === 'nothing waits' ? 0 : Math.max(0, clock.now() - sinceMs)
      figures.gauge('RollupBehind', shard, behindMs / 1_000)
    } catch (error) {
      log.warn('how far rollup is behind is not known', { shard, reason: (error as Error).message })
      // The others would wait for the same store.
      if (error instanceof BucketError) return
    }
  }
}

async function waitingSinceMs(bucket: Bucket, shard: Shard): Promise<number | 'nothing waits' | 'unknown'> {
  // In this order: progress read first is never ahead of the head. That it is damaged, the run has told.
  const progress = await readProgress(bucket, shard, silentLog)
  const head = await readHead(bucket, shard)
  if (!head || head.n <= progress.n) return 'nothing waits'
  const { objects } = await bucket.list(logPrefix(shard), { startAfter: beforeBlock(shard, progress.n + 1), limit: 1 })
  return objects[0]?.modifiedAtMs ?? 'unknown'
}
