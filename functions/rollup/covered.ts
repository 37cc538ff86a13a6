/** How far each shard's log is covered: what of it may go. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Shard } from '../../core/keys.ts'
import { coveredBelow, type SweepFacts } from '../../core/retention.ts'
import { readProgress } from './progress.ts'
import { readHead } from './read-log.ts'

/** A shard whose state or progress can't be read is told and left out: nothing of its log goes. */
export async function readCovered({
  bucket,
  shards,
  log,
}: {
  bucket: Bucket
  shards: readonly Shard[]
  log: Log
}): Promise<SweepFacts['coveredBelow']> {
  const covered = new Map<Shard, number>()
  for (const shard of shards) {
    try {
      // In this order: progress read first is never ahead of the head.
      const progress = await readProgress(bucket, shard, log)
      const head = await readHead(bucket, shard)
      if (head) covered.set(shard, coveredBelow({ progress: progress.n, head: head.n }))
    } catch (error) {
      log.warn('the log of a shard is not swept now', { shard, reason: (error as Error).message })
    }
  }
  return covered
}
