/** report on AWS Lambda: its composition root. */
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { openCharts } from '../../adapters/charts/open.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { stackLinks } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { openMail } from '../../adapters/mail/open.ts'
import { thresholdsOf } from '../../core/report/report.ts'
import { dailySchedule } from '../../core/schedule.ts'
import { counted } from './counted.ts'
import { createDueReports } from './due.ts'
import { createHandler } from './handler.ts'

export const handler = onLambda('report', async (root) => {
  const { settings, clock, random, log, figures } = root
  const { quickchartUrl, timeZone, locale, keepReportsDays } = settings
  const opened = await openLaidOutBucket(settings)
  const make = createHandler({
    ...opened,
    charts: openCharts({ ...(quickchartUrl === undefined ? {} : { quickchartUrl }), clock, random, log }),
    clock,
    random,
    log,
    timeZone,
    ...(locale === undefined ? {} : { locale }),
    keepReportsDays,
    thresholds: thresholdsOf(settings),
    sender: await openMail({ settings }),
    linkTo: stackLinks(root),
  })
  const report = counted(make, { figures, log })
  const { schedules = [dailySchedule(settings.mailTo)] } = await readConfig(settings.vitalsFile, settings)
  const makeDue = createDueReports({ bucket: opened.bucket, clock, log, schedules, timeZone, report })
  return async (event: unknown) => ((event as { due?: unknown } | null)?.due === true ? makeDue() : report(event))
})
