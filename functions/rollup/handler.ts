import * as v from 'valibot'
import type { Clock } from '../../adapters/clock/port.ts'
import { logWith } from '../../adapters/log/with.ts'
import { type ShardCount, shards } from '../../core/keys.ts'
import type { RetentionPolicy } from '../../core/retention.ts'
import { eachShard } from '../../core/shard/each-shard.ts'
import { publishDay } from './publish-day.ts'
import { type RollupDeps, type RollupOutcome, rollupShard } from './rollup.ts'
import { type SweepOutcome, sweepBucket } from './sweep.ts'

/** A shard may hold an hour of all its hosts in memory. */
const atOnce = 2

export function createHandler({
  shardCount,
  clock,
  ...deps
}: RollupDeps & { shardCount: ShardCount; clock: Pick<Clock, 'now'> }) {
  return (event: unknown): Promise<RollupOutcome[]> =>
    eachShard({ name: 'rollup', event, shardCount, atOnce }, async (shard) => {
      const ofShard = { ...deps, log: logWith(deps.log, { shard }), shard }
      const outcome = await rollupShard(ofShard)
      if (outcome.outcome === 'rolled-up') await publishDay({ ...ofShard, nowMs: clock.now() })
      return outcome
    })
}

type ScheduledDeps = Pick<RollupDeps, 'bucket' | 'log'> & {
  shardCount: ShardCount
  clock: Pick<Clock, 'now'>
  policy: RetentionPolicy
}

const eventSchema = v.object({ sweep: v.optional(v.literal('log')) })

/** For a store that has rules for all else: `{ "sweep": "log" }` removes what is old and rolled up of the log. */
export function createScheduledHandler({ shardCount, clock, policy, ...deps }: ScheduledDeps) {
  const rollup = createHandler({ ...deps, shardCount, clock })
  return async (event: unknown): Promise<RollupOutcome[] | SweepOutcome> => {
    const { sweep: what } = v.parse(eventSchema, event ?? {})
    if (what === undefined) return rollup(event)
    const swept = await sweepBucket({ ...deps, shards: shards(shardCount), policy, clock }, { what })
    if (swept.objects > 0) deps.log.info('swept the log', { ...swept })
    return swept
  }
}
