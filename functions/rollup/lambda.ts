/** rollup on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda(async ({ settings, log }) =>
  createHandler({ ...(await openLaidOutBucket(settings)), log }),
)
