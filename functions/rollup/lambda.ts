/** rollup on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { createScheduledHandler } from './handler.ts'

export const handler = onLambda('rollup', async ({ settings, clock, log }) =>
  createScheduledHandler({ ...(await openLaidOutBucket(settings)), clock, log, policy: settings }),
)
