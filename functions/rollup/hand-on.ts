/**
 * Many shards are more than one run can do in its time: a schedule's run hands them on, in groups, to runs beside it. Each does its
 * shards as ever, so one that is handed on twice changes nothing twice.
 */
import { type Shard, type ShardCount, shards } from '../../core/keys.ts'
import { shardsARollup } from '../../core/shard/each-shard.ts'

export interface Handed {
  handedOn: number
}

/** What each run is to do; none: this one does what the event says, or all of it. */
function groupsOf(event: unknown, shardCount: ShardCount): Shard[][] {
  const { shards: named, sweep } = (event ?? {}) as { shards?: unknown; sweep?: unknown }
  if (shardCount <= shardsARollup || named !== undefined || sweep !== undefined) return []
  const all = shards(shardCount)
  return Array.from({ length: shardCount / shardsARollup }, (_, group) =>
    all.slice(group * shardsARollup, (group + 1) * shardsARollup),
  )
}

/** `begin` has another run of this function begin. What it rejects with is thrown when each group had its turn. */
export function handingOn<Outcome>(
  run: (event: unknown) => Promise<Outcome>,
  { shardCount, begin }: { shardCount: ShardCount; begin: (event: unknown) => Promise<void> },
): (event: unknown) => Promise<Outcome | Handed> {
  return async (event) => {
    const groups = groupsOf(event, shardCount)
    if (groups.length === 0) return run(event)
    const begun = await Promise.allSettled(groups.map((group) => begin({ shards: group })))
    const failed = begun.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
    if (failed.length > 0) {
      const reasons = [...new Set(failed.map(({ message }) => message))].join('; ')
      throw new AggregateError(failed, `rollup: ${failed.length} of ${groups.length} runs were not begun: ${reasons}`)
    }
    return { handedOn: groups.length }
  }
}
