/** What a run threw, told before Lambda has it: a line for each shard that failed, or one. */
import { ShardError } from '../../core/shard/each-shard.ts'
import type { Log } from '../log/port.ts'
import { stackOf } from '../log/stack.ts'
import type { Secrets } from './secrets.ts'

/** Of 256 shards all fail where the store is away, and for one reason. */
const mostTold = 16

/** What to throw instead: Lambda writes it down, and its message goes on to the queue of failures. */
export function tellFailure(thrown: unknown, { log, secrets }: { log: Log; secrets: Secrets }): unknown {
  const failures: unknown[] = thrown instanceof AggregateError ? thrown.errors : [thrown]
  for (const failure of failures.slice(0, mostTold)) {
    const shard = failure instanceof ShardError ? { shard: failure.shard } : {}
    log.error('the run failed', { ...shard, reason: messageOf(failure), stack: stackOf(failure) })
  }
  if (failures.length > mostTold) log.error('the run failed in more shards', { shards: failures.length - mostTold })
  return withoutSecrets(thrown, secrets)
}

function withoutSecrets(thrown: unknown, { without }: Secrets): unknown {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? without(thrown) : thrown
  const { name, message, stack = '' } = thrown
  if (without(message) === message && without(stack) === stack) return thrown
  return Object.assign(new Error(without(message)), { name, stack: without(stack) })
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
