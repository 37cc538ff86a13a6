/** rollup on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { createInvoker } from '../../adapters/lambda/invoke.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { tellBehind } from './behind.ts'
import { handingOn } from './hand-on.ts'
import { createScheduledHandler } from './handler.ts'

export const handler = onLambda('rollup', async ({ settings, clock, log, figures, fromStack }) => {
  const opened = await openLaidOutBucket(settings)
  const rollup = handingOn(createScheduledHandler({ ...opened, clock, log, policy: settings }), {
    shardCount: opened.shardCount,
    // Lambda tells each function its name.
    begin: createInvoker(fromStack('AWS_LAMBDA_FUNCTION_NAME')),
  })
  return async (event) => {
    try {
      const outcome = await rollup(event)
      if (Array.isArray(outcome)) for (const { shard } of outcome) figures.gauge('RollupBehind', shard, 0)
      return outcome
    } catch (error) {
      await tellBehind({ ...opened, clock, log, figures })
      throw error
    }
  }
})
