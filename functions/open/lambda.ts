/** open on AWS Lambda, behind a function URL: its composition root. */
import * as v from 'valibot'
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { serveFunctionUrl } from '../../adapters/http/function-url.ts'
import { createCaller } from '../../adapters/lambda/call.ts'
import { stackLinkKey, stackLinkKeys } from '../../adapters/lambda/links.ts'
import { onLambda } from '../../adapters/lambda/root.ts'
import { shards } from '../../core/keys.ts'
import { signedLinks } from '../../core/link.ts'
import { createHandler } from './handler.ts'
import { controlLimit, limitReports, limitTurns } from './limit.ts'
import type { MakeReport } from './report-request.ts'

/** Less than this function has itself: see function.yml. */
const reportAnswerMs = 110_000
const answerSchema = v.object({ page: v.string() })

export const handler = onLambda('open', async (root) => {
  const { settings, clock, random, log } = root
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const key = stackLinkKey(root)
  // Relative to this site, whatever it is called.
  const hrefTo = signedLinks({ siteUrl: '', key, lifetimeMs: settings.linkLifetimeMs, now: clock.now })
  const callReport = createCaller({ functionName: root.fromStack('VITALS_REPORT_FUNCTION'), answerMs: reportAnswerMs })
  const make: MakeReport = async (asked) => {
    try {
      return { href: hrefTo(v.parse(answerSchema, await callReport(asked)).page) }
    } catch (error) {
      const failed = (error as Error).message
      log.error('the report could not be made', { reason: failed })
      return { failed }
    }
  }
  const routes = createHandler({
    bucket,
    shards: shards(shardCount),
    access: 'signed-links',
    linkKeys: stackLinkKeys(root),
    clock,
    random,
    log,
    timeZone: settings.timeZone,
    notifier: { reachesSomebody: true, destination: settings.mailTo.join(', ') },
    hrefTo,
    makeReport: limitReports({ bucket, clock, make }),
    controlTurn: limitTurns({ bucket, clock }, controlLimit),
  })
  return serveFunctionUrl({ routes, log })
})
