import * as v from 'valibot'
import { type Shard, type ShardCount, shards } from '../keys.ts'

/** A schedule's event says nothing; an invocation may name shards. */
const eventSchema = v.object({ shards: v.optional(v.array(v.string())) })

/** What a run of rollup takes of a schedule's shards; of 700 hosts each (core/cost/model.ts) that is an hour of 11,200 hosts. */
export const shardsARollup = 16

/** What became of one shard; the others had their turn. */
export class ShardError extends Error {
  override name = 'ShardError'
  readonly shard: Shard

  constructor(name: string, shard: Shard, cause: unknown) {
    super(`${name}: shard ${shard} failed: ${(cause as Error).message}`, { cause })
    this.shard = shard
  }
}

/**
 * Runs `work` for each shard of the bucket, or for those that the event names, `atOnce` at a time. Every shard has its
 * turn, whatever happens to another; then the failures are thrown together, each a `ShardError`. `name` begins each message.
 */
export async function eachShard<T>(
  { name, event, shardCount, atOnce }: { name: string; event: unknown; shardCount: ShardCount; atOnce: number },
  work: (shard: Shard) => Promise<T>,
): Promise<T[]> {
  const outcomes: T[] = []
  const failures: ShardError[] = []
  const waiting = chooseShards(name, event, shardCount).values()
  const worker = async () => {
    for (const shard of waiting) {
      try {
        outcomes.push(await work(shard))
      } catch (cause) {
        failures.push(new ShardError(name, shard, cause))
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  return outcomes
}

function chooseShards(name: string, event: unknown, shardCount: ShardCount): Shard[] {
  const known = shards(shardCount)
  const { shards: named } = v.parse(eventSchema, event ?? {})
  const unknown = named?.filter((shard) => !known.includes(shard)) ?? []
  if (unknown.length === 0) return named ?? known
  const some = `${known.slice(0, 3).join(', ')} …`
  throw new Error(`${name}: event.shards: ${unknown.join(', ')}: expected of ${shardCount} shards: ${some}`)
}
