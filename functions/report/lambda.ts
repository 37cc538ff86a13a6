/** report on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { openCharts } from '../../adapters/charts/open.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { openMail } from '../../adapters/mail/open.ts'
import { thresholdsOf } from '../../core/report/report.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda(async (root) => {
  const { settings, clock, random, log } = root
  const { quickchartUrl, timeZone, keepReportsDays } = settings
  return createHandler({
    ...(await openLaidOutBucket(settings)),
    charts: openCharts({ ...(quickchartUrl === undefined ? {} : { quickchartUrl }), clock, random, log }),
    clock,
    random,
    log,
    timeZone,
    keepReportsDays,
    thresholds: thresholdsOf(settings),
    sender: await openMail({ settings }),
    linkTo: stackLinks(root),
  })
})
