import { availableParallelism } from 'node:os'
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { type DeployedStack, deployStack } from '../../infra/localstack/deploy.ts'
import { fitsItsWidth, openBrowser, openPage } from '../e2e/browser.ts'
import { snapshotOfBucket } from '../e2e/bucket.ts'
import { expectAlertOnStatusPage, expectReport } from '../e2e/looks.ts'
import { burn, makeWorkplace, type Running, start, until, type Workplace } from '../e2e/vitals.ts'
import { readSentMails, type SentMail } from './sent-mails.ts'
import { useLocalStack } from './use.ts'

const mailFrom = 'story@example.com'

/**
 * The story of test/e2e/story.test.ts in the cloud, in its order: the stack is deployed, two agents send this machine's
 * snapshots, one of them dies, the other's host gets busy and calms down, somebody asks for a report, all is removed.
 */
describe('two hosts, watched by the stack', { timeout: 180_000 }, () => {
  let url: string
  let stack: DeployedStack
  let browser: Browser
  let web1: Running & { workplace: Workplace }
  let web2: Running & { workplace: Workplace }

  beforeAll(async () => {
    url = useLocalStack()
    const startMs = performance.now()
    stack = await deployStack({
      url,
      stage: 'story',
      settings: {
        MONITOR_MAIL_FROM: mailFrom,
        MONITOR_MAIL_TO: 'oncall@example.com',
        MONITOR_CPU_THRESHOLD: '90',
        MONITOR_CPU_WINDOW: '5',
        MONITOR_KEEP_FIRING: '2',
        MONITOR_HOST_DOWN_AFTER: '5',
        MONITOR_VITALS_FILE: 'test/fixtures/told-at-once.yml',
      },
    })
    process.stderr.write(`serverless deploy: ${((performance.now() - startMs) / 1_000).toFixed(1)} s\n`)
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await web1?.workplace.clear()
    await web2?.workplace.clear()
  })

  async function startAgent(host: string): Promise<Running & { workplace: Workplace }> {
    const workplace = await makeWorkplace({
      MONITOR_HOST: host,
      MONITOR_INTERVAL: '1',
      MONITOR_BATCH: '2',
      MONITOR_BUCKET: stack.bucketUrl,
    })
    return Object.assign(start(['agent'], workplace), { workplace })
  }

  const describeAlarms = async () => {
    const { MetricAlarms = [] } = await new CloudWatchClient().send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'vitals-story-', MaxRecords: 100 }),
    )
    return MetricAlarms
  }

  /** Of one kind and host; evaluate is asked until there is one, so that nobody waits for a minute to pass. */
  const mailsOf = async (pattern: RegExp) =>
    (await readSentMails(url, mailFrom)).filter(({ subject }) => pattern.test(subject ?? ''))
  const untilMail = (pattern: RegExp, child: Running): Promise<SentMail> =>
    until(
      `a mail ${pattern}`,
      async () => {
        await stack.invoke('evaluate')
        return (await mailsOf(pattern))[0]
      },
      { timeoutMs: 120_000, child },
    )

  it('has its alarms, told to a topic to which those are subscribed who are mailed', async () => {
    const alarms = await describeAlarms()
    expect(alarms.map(({ AlarmName }) => AlarmName)).toContain('vitals-story-evaluate-stopped')
    expect(alarms).toHaveLength(20)
    const [topic, ...others] = new Set(alarms.flatMap(({ AlarmActions = [] }) => AlarmActions))
    expect(others).toEqual([])
    const sns = new SNSClient()
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))
    expect(Subscriptions.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', 'oncall@example.com'],
    ])
  })

  it('takes what two agents send, by its own schedule', async () => {
    web1 = await startAgent('web-1')
    web2 = await startAgent('web-2')
    const bucket = await openBucket(stack.bucketUrl)
    const state = await until('a commit by schedule', () => bucket.get('state/v1/all.json.zst'), {
      timeoutMs: 130_000,
      child: web1,
    })
    expect(state.body.byteLength).toBeGreaterThan(0)
    await until('its page, after the commit', () => bucket.get('site/now/all.json'), { child: web1 })
    const { objects } = await bucket.list('site/now/')
    expect(objects.map(({ key }) => key)).toEqual(['site/now/all.json'])
  })

  it('sends one mail when a load crosses the threshold, and one when it is over, in its thread', async () => {
    web2.signal('SIGKILL')
    await web2.ended
    const load = burn(availableParallelism())
    let firing: SentMail
    try {
      firing = await untilMail(/(WARNING|CRITICAL)\] web-1.*CPU/, web1)
      const link = /Status page:\s+(\S+)/.exec(firing.text ?? '')?.[1] ?? ''
      expect(link.startsWith(stack.siteUrl)).toBe(true)
      const { page, complaints } = await openPage(browser, link)
      await expectAlertOnStatusPage(page, 'web-1', 90)
      expect(complaints).toEqual([])
      await page.close()
    } finally {
      load.stop()
    }
    const resolved = await untilMail(/resolved.*web-1.*CPU/i, web1)
    expect(resolved.inReplyTo).toContain(firing.sesId)
    // Whatever else loads this machine may begin another incident: of this one there are two mails, and no more.
    const incident = /#\w+$/.exec(firing.subject ?? '')?.[0] ?? 'no incident'
    expect(await mailsOf(new RegExp(`${incident}$`))).toHaveLength(2)
  })

  it('says that a host is down whose agent died', async () => {
    const mail = await untilMail(/CRITICAL\] web-2.*down/, web1)
    expect(mail.text).toContain('web-2')
    expect(await mailsOf(/web-2.*down/i)).toHaveLength(1)
  })

  it('changes no object when there is nothing new', async () => {
    web1.signal('SIGTERM')
    expect(await web1.ended).toBe(0)
    await until('an idle evaluate', async () => {
      const { answer } = await stack.invoke<{ outcome: string }[]>('evaluate')
      return answer.every(({ outcome }) => outcome === 'idle')
    })
    const before = await snapshotOfBucket(stack)
    const { answer } = await stack.invoke('evaluate')
    expect(answer).toEqual([{ outcome: 'idle', shard: 'all' }])
    expect(await snapshotOfBucket(stack)).toEqual(before)
    expect(before.inbox).toEqual([])
  })

  it('makes a report of a range on demand, publishes it, mails it, and opens it by its signed link', async () => {
    const { answer: rolledUp } = await stack.invoke<{ outcome: string }[]>('rollup')
    expect(rolledUp).toMatchObject([{ outcome: 'rolled-up' }])
    const toMs = Date.now()
    const event = { fromMs: toMs - 3_600_000, toMs, mail: true }
    const { answer } = await stack.invoke<{ id: string; page: string }>('report', event)
    const bucket = await openBucket(stack.bucketUrl)
    expect(await bucket.get(`site/${answer.page}`)).toBeDefined()
    const [mail, ...more] = await mailsOf(/^\[report\] 2 hosts/)
    expect(more).toEqual([])
    expect(mail?.attachments.map(({ filename }) => filename)).toContain('system_metrics.png')
    const link = /Open the report: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 380],
    ] as const) {
      const { page, complaints } = await openPage(browser, link, { colorScheme, width, also: [new URL(url).origin] })
      await expectReport(page, { hosts: ['web-1', 'web-2'], pictures: 4, rule: 'cpu' })
      expect(await fitsItsWidth(page)).toBe(true)
      expect(complaints).toEqual([])
      await page.close()
    }
    const forged = await openPage(browser, `${link.slice(0, -3)}AAA`)
    expect(await forged.page.textContent('body')).toContain('This link was not made by this site')
    await forged.page.close()
  })

  it('leaves nothing when it is removed', async () => {
    const output = await stack.remove()
    expect(output).toContain('successfully removed')
    const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand())
    const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand())
    const { StackSummaries = [] } = await new CloudFormationClient().send(new ListStacksCommand())
    const names = [...Buckets.map(({ Name }) => Name), ...Functions.map(({ FunctionName }) => FunctionName)]
    expect(names.filter((name) => name?.startsWith('vitals-story'))).toEqual([])
    expect(await describeAlarms()).toEqual([])
    expect(StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')).toEqual([])
  })
})
