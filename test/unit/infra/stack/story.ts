/** Some days of a bucket, lived by the functions themselves: what each of them did there. */
import { ensureLayout, expectLayout } from '../../../../adapters/bucket/layout.ts'
import { probeConditionalWrites } from '../../../../adapters/bucket/probe.ts'
import { ChartError, type ChartRenderer } from '../../../../adapters/charts/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import type { MailSender } from '../../../../adapters/mail/port.ts'
import { createMailReceiver } from '../../../../adapters/receivers/mail.ts'
import { defaultReceiverLimits } from '../../../../adapters/receivers/policy.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { blockKey, inboxHostPrefix, noBlock } from '../../../../core/keys.ts'
import { incidentPath, reportFormPath, signedLinks, silencePath } from '../../../../core/link.ts'
import { createHandler as createEvaluate } from '../../../../functions/evaluate/handler.ts'
import { createHandler as createNotify } from '../../../../functions/notify/handler.ts'
import { createHandler as createOpen } from '../../../../functions/open/handler.ts'
import { controlLimit, limitReports, limitTurns } from '../../../../functions/open/limit.ts'
import { createHandler as createReport } from '../../../../functions/report/handler.ts'
import { createScheduledHandler as createRollup } from '../../../../functions/rollup/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { noDeeds, watchBucket } from './watched-bucket.ts'

const dayMs = 86_400_000
const noCharts: ChartRenderer = {
  name: 'none',
  render: async () => {
    throw new ChartError('none is drawn here')
  },
}

/** What failed is run again, by its schedule. */
const scheduled = <T>(act: () => Promise<T>) => act().catch(act)

/**
 * Two hosts; a new bucket, refused input, a full disk and its end, a batch that never comes, what a crashed run left,
 * notices sent and put away, reports of every length, links opened; and of every kind of object one write whose answer is
 * lost. `sent`: mails. `unmet`: losses that nobody met, so that the story is not what it says.
 */
export async function liveStory() {
  let nowMs = startMs
  // A sleep ends after all else that is ready: a deadline is no shorter than what answers at once.
  const sleep = () => new Promise<void>((wake) => setImmediate(wake))
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep }
  const store = createMemoryBucket({ now: clock.now })
  const lost = ['vitals.json', 'rejected/', 'log/', 'state/', 'notices/v1/open/', 'site/now/']
  const deeds = { evaluate: noDeeds(), notify: noDeeds(), rollup: noDeeds(), report: noDeeds(), open: noDeeds() }
  const sent: string[] = []
  const sender: MailSender = {
    reachesSomebody: true,
    destination: 'ops',
    send: async ({ id, subject }) => {
      sent.push(subject)
      return { messageId: `<${id}>`, where: 'ops' }
    },
  }
  const common = { shardCount: 1 as const, clock, random: systemRandom, log: silentLog, timeZone: 'UTC' }
  const depsOf = (name: keyof typeof deeds) => ({
    ...common,
    bucket: watchBucket(store, { deeds: deeds[name], lost }),
  })
  const key = { id: 'k1', secret: Buffer.alloc(32, 1) }
  const linkTo = signedLinks({ siteUrl: '', key, lifetimeMs: 10 * dayMs, now: clock.now })

  // As the roots on Lambda begin.
  await probeConditionalWrites(depsOf('evaluate'))
  await scheduled(() => ensureLayout({ bucket: depsOf('evaluate').bucket }))
  for (const name of ['notify', 'rollup', 'report', 'open'] as const) await expectLayout(depsOf(name))
  const evaluate = createEvaluate({ ...depsOf('evaluate'), rules: defaultRuleSet(makeSettings()) })
  const notify = createNotify({
    charts: noCharts,
    ...depsOf('notify'),
    receivers: { default: createMailReceiver({ ...defaultReceiverLimits, sender }) },
  })
  const rollup = createRollup({ ...depsOf('rollup'), policy: makeSettings() })
  const thresholds = { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }
  const report = createReport({
    ...depsOf('report'),
    charts: noCharts,
    thresholds,
    keepReportsDays: 400,
    sender,
    linkTo,
  })
  const ofOpen = depsOf('open')
  const openDeps = {
    linkKeys: [key],
    notifier: sender,
    hrefTo: linkTo,
    access: 'signed-links',
    shards: ['all'],
  } as const
  const open = createOpen({
    ...ofOpen,
    ...openDeps,
    makeReport: limitReports({ ...ofOpen, make: async (asked) => ({ href: linkTo((await report(asked)).page) }) }),
    controlTurn: limitTurns(ofOpen, controlLimit),
  })

  const send = async (host: string, seq: number, diskPercent = 10) => {
    const records = [makeSnapshot({ atMs: nowMs - 1_000, disks: [['/var', diskPercent]] })]
    const object = makeInboxObject(makeBatch({ host, seq, records }))
    await store.put(object.key, object.body, { ifAbsent: true })
  }
  const ask = async (href: string, method = 'GET', form = ''): Promise<string | undefined> => {
    const { pathname: path, searchParams } = new URL(href, 'https://site.example')
    const query = Object.fromEntries(searchParams)
    const answer = await open({ method, path, query, headers: {}, body: Buffer.from(form) })
    if (answer.status >= 400) throw new Error(`open ${href}: ${answer.status}`)
    return answer.headers.location
  }
  /** As a browser does. */
  const follow = async (href: string) => {
    for (let next: string | undefined = href; next !== undefined; ) next = await ask(next)
  }
  const run = async () => {
    await scheduled(() => evaluate({}))
    await scheduled(() => notify({}))
  }

  await store.put(`${inboxHostPrefix('web-1')}garbage.txt`, Buffer.from('garbage'), { ifAbsent: true })
  await send('web-1', 1, 99)
  await send('db-1', 1)
  await scheduled(() => evaluate({}))
  lost.push('notices/v1/open/')
  await run()
  // Closer than what would be missing data between them: an alert is not over by that.
  for (const seq of [2, 3]) {
    nowMs += 4 * minuteMs
    await send('web-1', seq)
    await send('db-1', seq + 1)
    await run()
  }
  nowMs += 10 * minuteMs
  await run()
  await follow(linkTo(''))
  const [, incident = ''] = /#([0-9a-f]{12})/.exec(sent.join()) ?? []
  await follow(linkTo(incidentPath(incident)))
  lost.push('control/')
  await ask(linkTo(silencePath(incident)), 'POST', 'for=1h&scope=alert&once=0123abcd&by=ann')

  nowMs += 2 * dayMs
  await send('web-1', 4)
  lost.push('notices/v1/done/')
  await run()
  await run()
  await store.put(blockKey({ shard: 'all', n: 1, write: 'f'.repeat(16), prev: noBlock }), Buffer.from('orphan'))
  lost.push('lake/', 'rollups/v1/5m/', 'rollups/v1/1h/', 'rollups/v1/1d/', 'rollups/v1/progress/')
  await scheduled(() => rollup({}))
  lost.push('site/reports/index.json', 'slots/')
  for (const days of [1, 30, 100]) {
    const { page } = await report({ hours: 24 * days, mail: true, slot: { schedule: 'daily', dueMs: nowMs - days } })
    await follow(linkTo(page))
  }
  await follow(linkTo(''))
  lost.push('limits/')
  await follow((await ask(linkTo(reportFormPath), 'POST')) ?? 'nowhere')
  nowMs += 20 * dayMs
  await scheduled(() => rollup({ sweep: 'log' }))
  return { deeds, sent, unmet: lost, left: [...store.etags().keys()] }
}
