/** open on AWS Lambda, behind a function URL: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { serveFunctionUrl } from '../../adapters/http/function-url.ts'
import { stackLinkKey } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { shards } from '../../core/keys.ts'
import { signedLinks } from '../../core/link.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda(async (root) => {
  const { settings, clock, log } = root
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const key = stackLinkKey(root)
  const routes = createHandler({
    bucket,
    shards: shards(shardCount),
    access: 'signed-links',
    linkKeys: [key],
    clock,
    log,
    timeZone: settings.timeZone,
    notifier: { reachesSomebody: true, destination: settings.mailTo.join(', ') },
    // Relative to this site, whatever it is called.
    hrefTo: signedLinks({ siteUrl: '', key, lifetimeMs: settings.linkLifetimeMs, now: clock.now }),
  })
  return serveFunctionUrl({ routes, log })
})
