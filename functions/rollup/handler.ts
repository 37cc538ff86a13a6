import * as v from 'valibot'
import { type Shard, type ShardCount, shards } from '../../core/keys.ts'
import { inParallel } from './parallel.ts'
import { type RollupDeps, type RollupOutcome, rollupShard } from './rollup.ts'

/** A schedule's event says nothing; an invocation may name shards. */
const eventSchema = v.object({ shards: v.optional(v.array(v.string())) })

/** A shard may hold an hour of all its hosts in memory. */
const shardsAtOnce = 2

/** Every shard has its turn, whatever happens to another; then the failures are thrown together. */
export function createHandler({ shardCount, ...deps }: RollupDeps & { shardCount: ShardCount }) {
  return async (event: unknown): Promise<RollupOutcome[]> => {
    const outcomes: RollupOutcome[] = []
    const failures: Error[] = []
    await inParallel(chooseShards(event, shardCount), shardsAtOnce, async (shard) => {
      try {
        outcomes.push(await rollupShard({ ...deps, shard }))
      } catch (cause) {
        failures.push(new Error(`rollup: shard ${shard} failed: ${(cause as Error).message}`, { cause }))
      }
    })
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
    return outcomes
  }
}

function chooseShards(event: unknown, shardCount: ShardCount): Shard[] {
  const known = shards(shardCount)
  const { shards: named } = v.parse(eventSchema, event ?? {})
  const unknown = named?.filter((shard) => !known.includes(shard)) ?? []
  if (unknown.length > 0) {
    throw new Error(
      `rollup: event.shards: ${unknown.join(', ')}: expected of ${shardCount} shards: ${known.slice(0, 3).join(', ')} …`,
    )
  }
  return named ?? known
}
