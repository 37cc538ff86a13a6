import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { openBucketPolicy } from '../../adapters/bucket/s3/policy.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { revokedHosts, withRevoked } from '../../core/revoked-hosts.ts'
import { awsAccess } from '../../infra/localstack/access.ts'
import { type DeployedStack, deployStack } from '../../infra/localstack/deploy.ts'
import { removeBucket } from '../../infra/serverless/remove-data.mjs'
import { fitsItsWidth, openBrowser, openPage } from '../e2e/browser.ts'
import { snapshotOfBucket } from '../e2e/bucket.ts'
import { expectAlertOnStatusPage, expectReport } from '../e2e/looks.ts'
import { until } from '../e2e/vitals.ts'
import { type SimulatedHost, startSimulatedHost } from '../simulated-host.ts'
import { describeAlarms, failAsync, lookAtAlarm, readFailures, sumOf } from './alarms-and-runs.ts'
import { readCalls } from './calls.ts'
import { runAgent, runErrands } from './errands.ts'
import { expectLogs } from './function-logs.ts'
import { expectAgentToFit, expectRolesToFit } from './role-use.ts'
import { readSentMails, type SentMail } from './sent-mails.ts'
import { subscribe } from './subscriber.ts'
import { useLocalStack } from './use.ts'

const mailFrom = 'story@example.com'
const settings = {
  MONITOR_MAIL_FROM: mailFrom,
  MONITOR_MAIL_TO: 'oncall@example.com',
  MONITOR_CPU_THRESHOLD: '90',
  MONITOR_CPU_WINDOW: '5',
  MONITOR_KEEP_FIRING: '2',
  MONITOR_HOST_DOWN_AFTER: '10',
  MONITOR_VITALS_FILE: 'test/fixtures/told-at-once.yml',
}
const names = ['db-1', 'db-2', 'web-1', 'web-2', 'web-3']

/**
 * The story of test/e2e/story.test.ts in the cloud, in its order: the stack is deployed, five agents send to it, one dies,
 * the host of another gets busy and calms down, the stack is deployed again, the dead host is missed and comes back, somebody
 * asks for a report, all is removed.
 */
describe('five hosts, watched by the stack', { timeout: 180_000 }, () => {
  let url: string
  let stack: DeployedStack
  let browser: Browser
  const hosts = new Map<string, SimulatedHost>()
  /** How often evaluate was invoked from here. */
  let asked = 0

  beforeAll(async () => {
    url = useLocalStack()
    const startMs = performance.now()
    const opening = openBrowser()
    const deployed = await deployStack({ url, stage: 'story', settings })
    stack = {
      ...deployed,
      invoke: (name, event) => {
        if (name === 'evaluate') asked += 1
        return deployed.invoke(name, event)
      },
    }
    process.stderr.write(`vitals deploy: ${((performance.now() - startMs) / 1_000).toFixed(1)} s\n`)
    browser = await opening
    for (const name of names) hosts.set(name, await startSimulatedHost(name, stack.bucketUrl))
  })

  afterAll(async () => {
    await browser?.close()
    for (const host of hosts.values()) await host.die()
  })

  const hostCalled = (name: string): SimulatedHost => {
    const host = hosts.get(name)
    if (!host) throw new Error(`no host is called ${name}`)
    return host
  }

  const mailsOf = async (pattern: RegExp) =>
    (await readSentMails(url, mailFrom)).filter(({ subject }) => pattern.test(subject ?? ''))

  /** evaluate is asked until there is one, so that nobody waits for a minute to pass. */
  const untilMail = (pattern: RegExp): Promise<SentMail> =>
    until(
      `a mail ${pattern}`,
      async () => {
        await stack.invoke('evaluate')
        return (await mailsOf(pattern))[0]
      },
      { timeoutMs: 120_000 },
    )

  it('has its alarms, told to a topic to which those are subscribed who are mailed', async () => {
    const alarms = await describeAlarms('vitals-story-')
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

  it('takes a run that throws to the queue of failures, to the alarm, and to whom alarms are told', async () => {
    const alarm = 'vitals-story-failures-wait'
    const [topic = ''] = (await describeAlarms(alarm)).flatMap(({ AlarmActions = [] }) => AlarmActions)
    const { notifications, close } = await subscribe(topic)
    asked += 1
    await failAsync('vitals-story-evaluate')
    const [failure] = await until('the failure in its queue', async () => {
      const found = await readFailures(url, 'vitals-story')
      return found.length > 0 && found
    })
    expect(failure).toMatchObject({
      requestPayload: { shards: ['nowhere'] },
      responsePayload: { errorMessage: expect.stringContaining('expected of 1 shards: all') },
    })
    await until('the alarm', () => lookAtAlarm(alarm), { timeoutMs: 40_000 })
    const [told] = await until('the word of it', () => notifications().length > 0 && notifications())
    expect(told?.Subject).toContain(alarm)
    await close()
  })

  it('takes what five agents send, and shows it on one page; then one of them dies', async () => {
    const dying = hostCalled('db-2')
    await until('a word of each', () => [...hosts.values()].every(({ sent }) => sent > 0))
    await stack.invoke('evaluate')
    await dying.die()
    const bucket = await openBucket(stack.bucketUrl)
    const { objects } = await bucket.list('site/now/')
    expect(objects.map(({ key }) => key)).toEqual(['site/now/all.json'])
  })

  let link = ''
  it('sends one mail when a load crosses the threshold, and one when it is over, in its thread', async () => {
    hostCalled('web-1').cpuPercent = 97
    const firing = await untilMail(/(WARNING|CRITICAL)\] web-1.*CPU/)
    link = /Status page:\s+(\S+)/.exec(firing.text ?? '')?.[1] ?? ''
    expect(link.startsWith(stack.siteUrl)).toBe(true)
    const { page, complaints } = await openPage(browser, link)
    await expectAlertOnStatusPage(page, 'web-1', 90)
    expect(complaints).toEqual([])
    await page.close()
    hostCalled('web-1').cpuPercent = 20
    const resolved = await untilMail(/resolved.*web-1.*CPU/i)
    expect(resolved.inReplyTo).toContain(firing.sesId)
    expect(await mailsOf(/web-1/)).toHaveLength(2)
  })

  it('knows all of it when it is deployed again, whom it revoked as well, and tells nobody anything twice', async () => {
    const before = await readSentMails(url, mailFrom)
    const { bucketUrl } = stack
    const policy = await openBucketPolicy(bucketUrl, { clock: systemClock, random: systemRandom })
    await policy.write(withRevoked(await policy.read(), { bucketUrl, host: 'stolen' }))
    const { changes, isNew } = await stack.redeploy({ ...settings, MONITOR_MEMORY_THRESHOLD: '99' })
    // That one setting of the five functions, and nothing else.
    const path = 'Environment.Variables.MONITOR_MEMORY_THRESHOLD'
    const properties = [{ path, before: '', after: '99' }]
    const changed = ['Evaluate', 'Notify', 'Rollup', 'Report', 'Open'].map((name) => {
      return { action: 'change', id: `${name}LambdaFunction`, type: 'AWS::Lambda::Function', properties }
    })
    expect([isNew, changes]).toEqual([false, changed])
    expect(await stack.plan()).toMatchObject({ isNew: false, changes: [], refusals: [] })
    expect(revokedHosts(await policy.read(), { bucketUrl })).toEqual(['stolen'])
    expect(await stack.environmentOf('evaluate')).toMatchObject({ MONITOR_MEMORY_THRESHOLD: '99' })
    await stack.invoke('evaluate')
    await stack.invoke('notify')
    const since = (await readSentMails(url, mailFrom)).slice(before.length)
    expect(since.map(({ subject }) => subject).filter((subject) => !subject?.includes('db-2'))).toEqual([])
    // The link of a mail from before: its key is the same.
    const { page } = await openPage(browser, link)
    expect(await page.getByText('web-1').count()).toBeGreaterThan(0)
    await page.close()
  })

  it('says that a host is down whose agent died, of no other, and when it is heard again', async () => {
    // Nobody is called down within a minute, and two of the intervals at which it sends, of when it was last heard.
    const down = await untilMail(/CRITICAL\] db-2.*down/)
    expect(down.text).toContain('db-2')
    hosts.set('db-2', await startSimulatedHost('db-2', stack.bucketUrl))
    const resolved = await untilMail(/resolved.*db-2/i)
    expect(resolved.inReplyTo).toContain(down.sesId)
    expect(await mailsOf(/down/i)).toHaveLength(1)
  })

  it('has run by its own schedule as well, and failed no more often than it was made to', async () => {
    const runs = () => sumOf('Invocations', 'vitals-story-evaluate')
    await until('more runs than were asked for', async () => (await runs()) > asked, { timeoutMs: 90_000 })
    expect(await sumOf('Errors', 'vitals-story-evaluate')).toBe(1)
  })

  it('changes no object when there is nothing new', async () => {
    for (const host of hosts.values()) await host.stop()
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
    const [mail, ...more] = await mailsOf(/^\[report\] 5 hosts/)
    expect(more).toEqual([])
    expect(mail?.attachments.map(({ filename }) => filename)).toContain('system_metrics.png')
    const opens = /Open the report: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 380],
    ] as const) {
      const { page, complaints } = await openPage(browser, opens, { colorScheme, width, also: [new URL(url).origin] })
      await expectReport(page, { hosts: names, pictures: 4, rule: 'cpu' })
      expect(await fitsItsWidth(page)).toBe(true)
      expect(complaints).toEqual([])
      await page.close()
    }
    const forged = await openPage(browser, `${opens.slice(0, -3)}AAA`)
    expect(await forged.page.textContent('body')).toContain('This link was not made by this site')
    await forged.page.close()
  })

  it('may by the role of each function, and by the policy of a host, what they ask for, and no more', async () => {
    const [down] = await mailsOf(/db-2.*down/i)
    await Promise.all([
      runErrands(stack, /#([0-9a-f]{12})$/.exec(down?.subject ?? '')?.[1] ?? 'none'),
      runAgent('web-4', { bucketUrl: stack.bucketUrl, accessKeyId: 'agent-web-4' }),
    ])
    const seen = { calls: await readCalls(url), bucketUrl: stack.bucketUrl }
    await expectRolesToFit({ ...seen, stackName: 'vitals-story' })
    await expectAgentToFit('web-4', { ...seen, accessKeyId: 'agent-web-4' })
  })

  it('has said in its logs which request took and told what, why one failed, and how each function fared', async () => {
    await expectLogs({ url, stack: 'vitals-story', host: 'web-1' })
  })

  it('leaves the history of its hosts when it is removed, and nothing else', async () => {
    const before = await snapshotOfBucket(stack)
    const said = await stack.remove({ withData: false })
    expect(said).toContain(`${stack.bucketUrl} stays`)
    const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand())
    expect(Functions.filter(({ FunctionName }) => FunctionName?.startsWith('vitals-story'))).toEqual([])
    expect(await describeAlarms('vitals-story-')).toEqual([])
    const { StackSummaries = [] } = await new CloudFormationClient().send(new ListStacksCommand())
    const left = StackSummaries.filter(({ StackName }) => StackName === 'vitals-story')
    expect(left.map(({ StackStatus }) => StackStatus)).toEqual(['DELETE_COMPLETE'])
    expect(await snapshotOfBucket(stack)).toEqual(before)
  })

  it('leaves not even that when it was told so', async () => {
    const bucket = stack.bucketUrl.slice('s3://'.length)
    await removeBucket({ config: awsAccess(url), bucket, say: () => {} })
    const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand())
    expect(Buckets.map(({ Name }) => Name)).not.toContain(bucket)
  })
})
