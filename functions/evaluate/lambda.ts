/** evaluate on AWS Lambda: its composition root. */
import { openReadyBucket } from '../../adapters/bucket/ready.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { openPing } from '../../adapters/http/ping.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { createWaker } from '../../adapters/lambda/wake.ts'
import type { EvaluateOutcome } from './evaluate.ts'
import { createHandler } from './handler.ts'
import { tellCommit } from './tell.ts'

/** A shard with more in its inbox than one run takes is run again, for so long. */
const catchUpForMs = 30_000

export const handler = onLambda('evaluate', async (root) => {
  const { settings, clock, random, log, figures } = root
  const { rules, telling: policy } = await readConfig(settings.vitalsFile, settings)
  const evaluate = createHandler({
    ...(await openReadyBucket({ settings, random, log })),
    rules,
    policy,
    clock,
    random,
    log,
    figures,
    ping: openPing(settings),
    tell: (outcome) => tellCommit(log, outcome),
  })
  const wakeNotify = createWaker({ functionName: root.fromStack('VITALS_NOTIFY_FUNCTION'), log })
  return async (event) => {
    const endMs = clock.monotonicMs() + catchUpForMs
    const outcomes: EvaluateOutcome[] = []
    let latest: EvaluateOutcome[]
    do {
      try {
        latest = await evaluate(event)
      } catch (error) {
        // One shard failed; another may have something to tell.
        await wakeNotify()
        throw error
      }
      outcomes.push(...latest)
      if (latest.some((one) => one.outcome === 'committed' && one.notices > 0)) await wakeNotify()
    } while (latest.some((one) => one.outcome === 'committed' && one.more) && clock.monotonicMs() < endMs)
    return outcomes
  }
})
