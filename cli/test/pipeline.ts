/** A test through all of it: spool, bucket, evaluate, notify, receivers; as they run anywhere, at the times of the test. */
import { join } from 'node:path'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { type LaidOutBucket, openReadyBucket } from '../../adapters/bucket/ready.ts'
import { openCharts } from '../../adapters/charts/open.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import type { Transition } from '../../core/alerts/alert.ts'
import type { VitalsConfig } from '../../core/config/config.ts'
import { allRejectedPrefix } from '../../core/keys.ts'
import { plainLinks } from '../../core/link.ts'
import type { ToldMessage } from '../../core/rule-test/compare-told.ts'
import type { RuleTest } from '../../core/rule-test/file.ts'
import { runsOf, type TestRun } from '../../core/rule-test/runs.ts'
import type { Settings } from '../../core/settings.ts'
import { createHandler as createEvaluate } from '../../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../../functions/notify/handler.ts'
import { openTestHost, type TestHost } from './host.ts'
import { openTestReceivers } from './receivers.ts'

export interface PipelineOptions {
  test: RuleTest
  config: VitalsConfig
  /** `bucketUrl`: of this test alone. */
  settings: Settings
  /** Of this test alone, for spools. */
  directory: string
  mailTo(to?: readonly string[]): Promise<MailSender>
  onRun(run: TestRun): void
  signal: AbortSignal
}

export interface PipelineResult {
  transitions: Transition[]
  told: ToldMessage[]
  /** What no test should meet: input that was refused, a mail that could not be built. Sentences. */
  troubles: string[]
  /** What still waits at the end, each with its reason. */
  waiting: string[]
}

/** Where links lead that lead nowhere. */
const exampleSite = 'https://vitals.example.com'

export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { test, settings, signal, onRun } = options
  const result: PipelineResult = { transitions: [], told: [], troubles: [], waiting: [] }
  const clock = { ...systemClock, now: () => atMs }
  let atMs = test.startMs
  const log: Log = {
    info: () => {},
    warn: () => {},
    error: (event, fields) => result.troubles.push(wordsOf(event, fields)),
  }
  const shared = { clock, random: systemRandom, log }
  const { bucket, shardCount } = await openReadyBucket({ settings: { ...settings, shardCount: 1 }, ...shared })
  const functions = await compose(options, { ...shared, bucket, shardCount }, result)
  const hosts = new Map<string, TestHost>()
  const hostOf = async (host: string) => {
    const known =
      hosts.get(host) ??
      (await openTestHost({ host, directory: join(options.directory, 'spool'), bucket, settings, ...shared }))
    hosts.set(host, known)
    return known
  }
  try {
    for (const run of runsOf(test)) {
      signal.throwIfAborted()
      atMs = run.atMs
      for (const { host, ...sent } of run.sent)
        await (await hostOf(host)).send({ ...sent, shipEveryMs: test.intervalMs })
      await functions.run()
      onRun(run)
    }
  } finally {
    for (const host of hosts.values()) host.close()
  }
  result.troubles.push(...(await refusals(bucket)))
  return result
}

interface Shared extends LaidOutBucket {
  clock: Clock
  random: Random
  log: Log
}

/** What the schedules run: evaluate, and notify where there is something to tell. */
async function compose(
  { config, settings, mailTo }: PipelineOptions,
  shared: Shared,
  result: PipelineResult,
): Promise<{ run(): Promise<void> }> {
  const { timeZone, siteUrl = exampleSite } = settings
  const onTold = (message: ToldMessage) => void result.told.push(message)
  const receivers = await openTestReceivers({ configs: config.receivers, mailTo, clock: shared.clock, onTold })
  const evaluate = createEvaluate({ ...shared, rules: config.rules, policy: config.telling })
  const notify = createNotify({
    ...shared,
    receivers,
    timeZone,
    linkTo: plainLinks(siteUrl),
    charts: openCharts(shared),
  })
  let isWaiting = false
  return {
    run: async () => {
      const outcomes = (await evaluate({})).filter((one) => one.outcome === 'committed')
      result.transitions.push(...outcomes.flatMap(({ transitions }) => transitions))
      if (!isWaiting && outcomes.every(({ notices }) => notices === 0)) return
      const summary = await notify({})
      isWaiting = summary.waiting.length + summary.failed.length > 0
      result.waiting = summary.waiting.map(
        ({ kind, host, receiver, reason }) => `${receiver}: ${kind} ${host}: ${reason}`,
      )
      for (const { host, receiver, kind, error } of [...summary.failed, ...summary.dead]) {
        result.troubles.push(`${receiver} could not be told ${kind} of ${host}: ${error}`)
      }
    },
  }
}

function wordsOf(event: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined)
  return [event, ...said.map(([key, value]) => `${key} ${String(value)}`)].join(', ')
}

/** Each reason once: a value that is out of range is so at each step. */
async function refusals(bucket: Bucket): Promise<string[]> {
  const { objects } = await bucket.list(allRejectedPrefix)
  const reasons = await Promise.all(
    objects.map(async ({ key }) => {
      const object = await bucket.get(key)
      return object
        ? String((JSON.parse(Buffer.from(object.body).toString('utf8')) as { reason?: unknown }).reason)
        : ''
    }),
  )
  return [...new Set(reasons)].map((reason) => `evaluate refused what was sent: ${reason}`)
}
