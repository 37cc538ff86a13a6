import { BucketError } from '../../adapters/bucket/port.ts'
import { readControl } from '../../adapters/control/control.ts'
import type { Ping } from '../../adapters/http/ping.ts'
import type { ShardCount } from '../../core/keys.ts'
import { eachShard } from '../../core/shard/each-shard.ts'
import type { FoundControl } from '../../core/shard/take-control.ts'
import { type EvaluateDeps, type EvaluateOutcome, evaluateShard } from './evaluate.ts'
import { createHeart } from './heart.ts'

const atOnce = 8

export function createHandler({
  shardCount,
  ping,
  tell = () => {},
  ...deps
}: EvaluateDeps & {
  shardCount: ShardCount
  /** Of each shard, also where another one fails. */
  tell?: (outcome: EvaluateOutcome) => void
  /** Absent: nobody outside listens for the heartbeat. */
  ping?: Ping | undefined
}) {
  const heart = createHeart({ ...deps, ping })
  return async (event: unknown): Promise<EvaluateOutcome[]> => {
    const [resumed, control] = await Promise.all([heart.listen(), whatOperatorsSay(deps)])
    const outcomes = await eachShard({ name: 'evaluate', event, shardCount, atOnce }, async (shard) => {
      const outcome = await evaluateShard({ ...deps, ...resumed, ...control, shard })
      tell(outcome)
      return outcome
    })
    if (outcomes.length === shardCount) await heart.beat(shardCount)
    return outcomes
  }
}

/** What can't be read now changes nothing: what was known stands. */
async function whatOperatorsSay({ bucket, log }: EvaluateDeps): Promise<{ control?: FoundControl }> {
  try {
    const { control, etag = '' } = await readControl(bucket)
    return { control: { control, etag } }
  } catch (error) {
    if (!(error instanceof BucketError) && !(error instanceof SyntaxError)) throw error
    log.error('silences and acknowledgements not read; those known so far stand', { reason: error.message })
    return {}
  }
}
