/** notify on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { openCharts } from '../../adapters/charts/open.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { openReceivers } from '../../adapters/receivers/open.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda('notify', async (root) => {
  const { settings, env, clock, random, log } = root
  const { quickchartUrl } = settings
  const { receivers: configs } = await readConfig(settings.vitalsFile, settings)
  const { receivers, problems } = await openReceivers({ settings, configs, env, clock })
  // The others are told all the same.
  for (const problem of problems) log.error('a receiver is left out: what it would be told waits', { ...problem })
  const { bucket } = await openLaidOutBucket(settings)
  return createHandler({
    bucket,
    receivers,
    clock,
    random,
    log,
    timeZone: settings.timeZone,
    linkTo: stackLinks(root),
    charts: openCharts({ ...(quickchartUrl === undefined ? {} : { quickchartUrl }), clock, random, log }),
  })
})
