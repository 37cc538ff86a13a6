import type { ShardCount } from '../../core/keys.ts'
import { eachShard } from '../../core/shard/each-shard.ts'
import { type RollupDeps, type RollupOutcome, rollupShard } from './rollup.ts'

/** A shard may hold an hour of all its hosts in memory. */
const atOnce = 2

export function createHandler({ shardCount, ...deps }: RollupDeps & { shardCount: ShardCount }) {
  return (event: unknown): Promise<RollupOutcome[]> =>
    eachShard({ name: 'rollup', event, shardCount, atOnce }, (shard) => rollupShard({ ...deps, shard }))
}
