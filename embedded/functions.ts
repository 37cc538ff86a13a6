/** The functions, put together for one process: what Lambda's handlers are put together from on AWS. */
import type { Bucket } from '../adapters/bucket/port.ts'
import { openReadyBucket } from '../adapters/bucket/ready.ts'
import { openCharts } from '../adapters/charts/open.ts'
import type { Clock, Random } from '../adapters/clock/port.ts'
import { systemClock, systemRandom } from '../adapters/clock/system.ts'
import { readConfig } from '../adapters/config/file.ts'
import { openPing } from '../adapters/http/ping.ts'
import type { Log } from '../adapters/log/port.ts'
import { openMail } from '../adapters/mail/open.ts'
import type { MailSender } from '../adapters/mail/port.ts'
import { openReceivers, type Receivers } from '../adapters/receivers/open.ts'
import type { VitalsConfig } from '../core/config/config.ts'
import { reportId, type Shard, shards } from '../core/keys.ts'
import type { LinkTo } from '../core/link.ts'
import { thresholdsOf } from '../core/report/report.ts'
import type { Settings } from '../core/settings.ts'
import { createHandler as createEvaluate } from '../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../functions/notify/handler.ts'
import type { PictureName } from '../functions/report/draw.ts'
import { createHandler as createReport } from '../functions/report/handler.ts'
import { renderReportMail } from '../functions/report/mail/report-mail.ts'
import { type MadeReport, makePicture, makeReport, type ReportRequest } from '../functions/report/make-report.ts'
import { sendReport } from '../functions/report/send.ts'
import { createHandler as createRollup } from '../functions/rollup/handler.ts'
import { type SweepOutcome, sweepBucket } from '../functions/rollup/sweep.ts'

export interface Functions {
  config: VitalsConfig
  bucket: Bucket
  shards: Shard[]
  mail: MailSender
  /** By name: `default`, and those of vitals.yml that could be opened; what is wrong with the others is in the log. */
  receivers: Receivers
  evaluate: ReturnType<typeof createEvaluate>
  rollup: ReturnType<typeof createRollup>
  /** Removes what is older than the settings keep it. */
  sweep(): Promise<SweepOutcome>
  report(event: unknown, options?: { linkTo: LinkTo }): ReturnType<ReturnType<typeof createReport>>
  /** Like `report`, but nothing is published. */
  makeReport(request: ReportRequest): Promise<MadeReport>
  /** Sends it to these, by the way that is set. Rejects when it can't be sent. */
  mailReport(made: MadeReport, to: readonly string[]): ReturnType<typeof sendReport>
  /** One PNG of that report; rejects with a `ChartError` when it can't be drawn. */
  makePicture(name: PictureName, request: ReportRequest): Promise<Uint8Array>
  /** `signal` ends a run early. */
  notify(options: { linkTo?: LinkTo; signal?: AbortSignal }): ReturnType<ReturnType<typeof createNotify>>
}

/** Throws when vitals.yml is wrong or the bucket can't be used: away, laid out otherwise, without conditional writes. */
export async function composeFunctions({
  settings,
  env,
  log,
  clock = systemClock,
  random = systemRandom,
}: {
  settings: Settings
  /** Of this process: where the secrets are that vitals.yml names. */
  env: Readonly<Record<string, string | undefined>>
  log: Log
  /** Absent: the machine's. */
  clock?: Clock
  random?: Random
}): Promise<Functions> {
  const config = await readConfig(settings.vitalsFile, settings)
  const { bucket, shardCount } = await openReadyBucket({ settings, random, log })
  const mail = await openMail({ settings })
  const { receivers, problems } = await openReceivers({
    settings,
    configs: config.receivers,
    env,
    clock,
    mail,
  })
  for (const problem of problems) log.error('a receiver is left out: what it would be told waits', { ...problem })
  const shared = { bucket, shardCount, clock, random, log }
  const { timeZone, locale, quickchartUrl, keepReportsDays } = settings
  const charts = openCharts({ ...shared, ...(quickchartUrl === undefined ? {} : { quickchartUrl }) })
  const reader = { timeZone, ...(locale === undefined ? {} : { locale }) }
  const reporting = { ...shared, ...reader, charts, keepReportsDays, thresholds: thresholdsOf(settings) }
  return {
    config,
    bucket,
    shards: shards(shardCount),
    mail,
    receivers,
    evaluate: createEvaluate({ ...shared, rules: config.rules, policy: config.telling, ping: openPing(settings) }),
    rollup: createRollup(shared),
    sweep: () => sweepBucket({ ...shared, shards: shards(shardCount), policy: settings }),
    report: (event, options) => createReport({ ...reporting, sender: mail, ...options })(event),
    makeReport: (request) => makeReport({ ...reporting, shards: shards(shardCount) }, request),
    mailReport: (made, to) => {
      const id = reportId(clock.now(), random.hex(8))
      return sendReport({ ...shared, sender: mail }, { ...renderReportMail(made, { id }), to })
    },
    makePicture: (name, request) => makePicture({ ...reporting, shards: shards(shardCount) }, name, request),
    notify: (options) => createNotify({ ...shared, receivers, timeZone, charts, ...options })(undefined),
  }
}
