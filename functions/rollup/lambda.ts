/** rollup on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { tellBehind } from './behind.ts'
import { createScheduledHandler } from './handler.ts'

export const handler = onLambda('rollup', async ({ settings, clock, log, figures }) => {
  const opened = await openLaidOutBucket(settings)
  const rollup = createScheduledHandler({ ...opened, clock, log, policy: settings })
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
