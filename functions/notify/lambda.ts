/** notify on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { openMail } from '../../adapters/mail/open.ts'
import { defaultReceiver } from '../../core/notice.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda(async (root) => {
  const { settings, clock, random, log } = root
  const { bucket } = await openLaidOutBucket(settings)
  return createHandler({
    bucket,
    receivers: { [defaultReceiver]: await openMail({ settings }) },
    clock,
    random,
    log,
    timeZone: settings.timeZone,
    linkTo: stackLinks(root),
  })
})
