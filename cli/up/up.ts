/**
 * `vitals up`: agent, functions and site in one process. The schedules are those of the cloud; besides, evaluate runs as
 * soon as the agent has sent something, and notify as soon as evaluate has decided something.
 */
import { Cron } from 'croner'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import type { Log } from '../../adapters/log/port.ts'
import { createAgent } from '../../agent/agent.ts'
import { openCollector } from '../../agent/collect/open.ts'
import type { Settings } from '../../core/settings.ts'
import { composeFunctions, type Functions } from '../compose.ts'
import { version } from '../version.ts'
import { greet } from './greeting.ts'
import { createRunner } from './runner.ts'
import { startSite } from './site.ts'
import { tellDecisions, tellDelivery } from './tell.ts'

export interface UpOptions {
  settings: Settings
  log: Log
  /** For people; absent: the log says it. */
  print?: (text: string) => void
  withAgent: boolean
  signal: AbortSignal
}

/** What the last mails may take when everything stops. */
const lastNoticesMs = 600

export async function up({ settings, log, print, withAgent, signal }: UpOptions): Promise<void> {
  const functions = await composeFunctions({ settings, log })
  const site = await startSite({ settings, functions, log })
  const jobs = startJobs({ settings, functions, log, siteUrl: settings.siteUrl ?? site.url })
  try {
    greet({ settings, mail: functions.mail, siteUrl: site.url, withAgent, log, ...(print ? { print } : {}) })
    jobs.evaluate.wake()
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await (withAgent ? runAgent({ settings, functions, log, signal, onPushed: jobs.evaluate.wake }) : stopped)
    log.info('stopping')
    await jobs.finish()
  } finally {
    jobs.stop()
    await site.stop()
  }
}

function runAgent({
  settings,
  functions: { bucket },
  log,
  signal,
  onPushed,
}: {
  settings: Settings
  functions: Functions
  log: Log
  signal: AbortSignal
  onPushed: () => void
}): Promise<void> {
  const collector = openCollector({ clock: systemClock, topProcesses: settings.topProcesses })
  const shared = { clock: systemClock, random: systemRandom, log }
  return createAgent({ ...shared, settings, bucket, collector, version, onPushed }).run(signal)
}

function startJobs({
  settings,
  functions,
  log,
  siteUrl,
}: {
  settings: Settings
  functions: Functions
  log: Log
  siteUrl: string
}) {
  const ending = new AbortController()
  const notify = createRunner({
    name: 'notify',
    log,
    act: async () => tellDelivery(log, await functions.notify({ siteUrl, signal: ending.signal })),
  })
  const evaluate = createRunner({
    name: 'evaluate',
    log,
    act: async () => {
      const outcomes = await functions.evaluate({})
      tellDecisions(log, outcomes)
      if (outcomes.some((one) => one.outcome === 'committed' && one.notices > 0)) notify.wake()
      if (outcomes.some((one) => one.outcome === 'committed' && one.more)) evaluate.wake()
    },
  })
  const rollup = createRunner({ name: 'rollup', log, act: async () => void (await functions.rollup({})) })
  const report = createRunner({
    name: 'report',
    log,
    act: async () => {
      await rollup.runNow()
      const { id } = await functions.report({ hours: 24 })
      log.info('daily report made', { report: `${siteUrl}/reports/${id}/metrics_report.html` })
    },
  })
  const every = (ms: number, act: () => void) => new Cron('* * * * * *', { interval: Math.max(1, ms / 1_000) }, act)
  const schedules = [
    every(settings.evaluateEveryMs, evaluate.wake),
    // A notice whose receiver was away is due again some time after.
    every(settings.evaluateEveryMs, notify.wake),
    every(settings.rollupEveryMs, rollup.wake),
    new Cron(settings.reportSchedule, { timezone: settings.timeZone }, report.wake),
  ]
  return {
    evaluate,
    /** What is in the inbox is decided, and told, before the end. */
    finish: async () => {
      await evaluate.runNow()
      const deadline = setTimeout(() => ending.abort(), lastNoticesMs)
      await notify.runNow()
      clearTimeout(deadline)
    },
    stop: () => {
      for (const schedule of schedules) schedule.stop()
    },
  }
}
