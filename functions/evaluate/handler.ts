import * as v from 'valibot'
import { type Shard, type ShardCount, shards } from '../../core/keys.ts'
import { type EvaluateDeps, type EvaluateOutcome, evaluateShard } from './evaluate.ts'

/** A schedule's event says nothing; an invocation may name shards. */
const eventSchema = v.object({ shards: v.optional(v.array(v.string())) })

const shardsAtOnce = 8

/** Every shard has its turn, whatever happens to another; then the failures are thrown together. */
export function createHandler({ shardCount, ...deps }: EvaluateDeps & { shardCount: ShardCount }) {
  return async (event: unknown): Promise<EvaluateOutcome[]> => {
    const asked = chooseShards(event, shardCount)
    const outcomes: EvaluateOutcome[] = []
    const failures: Error[] = []
    const waiting = [...asked]
    const work = async () => {
      for (let shard = waiting.shift(); shard !== undefined; shard = waiting.shift()) {
        try {
          outcomes.push(await evaluateShard({ ...deps, shard }))
        } catch (cause) {
          failures.push(new Error(`evaluate: shard ${shard} failed: ${(cause as Error).message}`, { cause }))
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(shardsAtOnce, asked.length) }, work))
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
      `evaluate: event.shards: ${unknown.join(', ')}: expected of ${shardCount} shards: ${known.slice(0, 3).join(', ')} …`,
    )
  }
  return named ?? known
}
