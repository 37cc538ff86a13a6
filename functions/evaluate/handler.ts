import type { ShardCount } from '../../core/keys.ts'
import { eachShard } from '../../core/shard/each-shard.ts'
import { type EvaluateDeps, type EvaluateOutcome, evaluateShard } from './evaluate.ts'

const atOnce = 8

export function createHandler({ shardCount, ...deps }: EvaluateDeps & { shardCount: ShardCount }) {
  return (event: unknown): Promise<EvaluateOutcome[]> =>
    eachShard({ name: 'evaluate', event, shardCount, atOnce }, (shard) => evaluateShard({ ...deps, shard }))
}
