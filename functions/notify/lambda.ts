/** notify on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { openCharts } from '../../adapters/charts/open.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { openReceivers } from '../../adapters/receivers/open.ts'
import { secretsIn } from '../../adapters/receivers/problems.ts'
import { createHandler } from './handler.ts'
import { tellNotices } from './self-figures.ts'

export const handler = onLambda('notify', async (root) => {
  const { settings, env, secrets, clock, random, log, figures } = root
  const { quickchartUrl } = settings
  const { receivers: configs } = await readConfig(settings.vitalsFile, settings)
  secrets.hide(configs.flatMap((config) => secretsIn(config, env)))
  const { receivers, problems } = await openReceivers({ settings, configs, env, clock })
  // The others are told all the same.
  for (const problem of problems) log.error('a receiver is left out: what it would be told waits', { ...problem })
  const { bucket } = await openLaidOutBucket(settings)
  const notify = createHandler({
    bucket,
    receivers,
    clock,
    random,
    log,
    timeZone: settings.timeZone,
    linkTo: stackLinks(root),
    charts: openCharts({ ...(quickchartUrl === undefined ? {} : { quickchartUrl }), clock, random, log }),
  })
  return async (event) => {
    const summary = await notify(event)
    tellNotices(figures, summary)
    return summary
  }
})
