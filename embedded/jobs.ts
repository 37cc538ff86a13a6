/** The functions as jobs of one process: each never runs twice at the same time, and each wakes the next. */
import { systemClock } from '../adapters/clock/system.ts'
import type { Log } from '../adapters/log/port.ts'
import { plainLinks } from '../core/link.ts'
import type { Schedule } from '../core/schedule.ts'
import type { Settings } from '../core/settings.ts'
import { tellDecisions } from '../functions/evaluate/tell.ts'
import type { AskedReport } from '../functions/open/report-request.ts'
import { createDueReports } from '../functions/report/due.ts'
import type { Functions } from './functions.ts'
import { createHeartWatch } from './heart-watch.ts'
import { createRunner, type Runner } from './runner.ts'
import { tellDelivery } from './tell.ts'

export interface Jobs {
  evaluate: Runner
  notify: Runner
  rollup: Runner
  /** The daily report, which is mailed. */
  report: Runner
  /** Those of the schedules that are due. */
  dueReports: Runner
  /** Looks whether evaluate still runs. */
  heartWatch: Runner
  /** Where the report that was asked for is, on the site. */
  makeReport(asked: AskedReport): Promise<string>
  /** What is in the inbox is decided, and told. */
  finish(): Promise<void>
  /** What links in mails begin with. */
  setSiteUrl(url: string): void
}

/** What the last mails may take when everything stops. */
const lastNoticesMs = 500
const dailyHours = 24
const minuteMs = 60_000
/** After the first rollup, after the first one of each day, and after the next one when something was left. */
const sweepEveryMs = dailyHours * 3_600_000

export function createJobs({
  settings: { siteUrl: given, timeZone },
  functions,
  schedules = [],
  log,
}: {
  settings: Settings
  functions: Functions
  /** Of reports; none: the daily one. */
  schedules?: readonly Schedule[]
  log: Log
}): Jobs {
  let siteUrl = given
  const ending = new AbortController()
  const notify = createRunner({
    name: 'notify',
    log,
    act: async () => {
      const links = siteUrl === undefined ? {} : { linkTo: plainLinks(siteUrl) }
      tellDelivery(log, await functions.notify({ ...links, signal: ending.signal }))
    },
  })
  const evaluate = createRunner({
    name: 'evaluate',
    log,
    act: async () => {
      const outcomes = await functions.evaluate({})
      const committed = outcomes.filter((one) => one.outcome === 'committed')
      tellDecisions(log, committed)
      if (committed.some(({ notices }) => notices > 0)) notify.wake()
      if (committed.some(({ more }) => more)) evaluate.wake()
    },
  })
  const sweep = createRunner({
    name: 'sweep',
    log,
    act: async () => {
      // One that fails is due again a day later, as any other: it may lack the right to delete.
      sweepDueAtMs = systemClock.monotonicMs() + sweepEveryMs
      const swept = await functions.sweep()
      if (swept.objects > 0) log.info('swept what is older than it is kept', { ...swept })
      if (swept.more) sweepDueAtMs = 0
    },
  })
  let sweepDueAtMs = 0
  const rollup = createRunner({
    name: 'rollup',
    log,
    act: async () => {
      await functions.rollup({})
      if (systemClock.monotonicMs() >= sweepDueAtMs) sweep.wake()
    },
  })
  const publishReport = async (request: object) => {
    await rollup.runNow()
    const links = siteUrl === undefined ? undefined : { linkTo: plainLinks(siteUrl) }
    const published = await functions.report(request, links)
    const { page, mailed, repeated } = published
    if (!repeated) log.info('report made', { page: `${siteUrl ?? ''}/${page}`, mailed: mailed?.where })
    return published
  }
  const makeReport = joined(async (asked) => `/${(await publishReport({ ...asked, mail: false })).page}`)
  const report = createRunner({
    name: 'report',
    log,
    act: async () => {
      const dueMs = Math.floor(systemClock.now() / minuteMs) * minuteMs
      await publishReport({ hours: dailyHours, mail: true, slot: { schedule: 'daily', dueMs } })
    },
  })
  const { bucket } = functions
  const makeDue = createDueReports({ bucket, clock: systemClock, log, schedules, timeZone, report: publishReport })
  const dueReports = createRunner({ name: 'scheduled reports', log, act: async () => void (await makeDue()) })
  const watch = createHeartWatch({ bucket, clock: systemClock, log })
  const heartWatch = createRunner({ name: 'the look at the heartbeat', log, act: watch.look })
  return {
    evaluate,
    notify,
    rollup,
    report,
    dueReports,
    heartWatch,
    makeReport,
    finish: async () => {
      await evaluate.runNow()
      const deadline = setTimeout(() => ending.abort(), lastNoticesMs)
      await notify.runNow()
      clearTimeout(deadline)
    },
    setSiteUrl: (url) => {
      siteUrl = url
    },
  }
}

/** Who asks for what is being made already gets that: a button pressed twice makes one report. */
function joined(make: (asked: AskedReport) => Promise<string>): (asked: AskedReport) => Promise<string> {
  const inTheMaking = new Map<string, Promise<string>>()
  return (asked) => {
    const key = JSON.stringify(asked)
    const known = inTheMaking.get(key)
    if (known) return known
    const made = make(asked).finally(() => inTheMaking.delete(key))
    inTheMaking.set(key, made)
    return made
  }
}
