/** When what runs, as `serverless.yml` has it in the cloud. A run that takes long is not run over by the next. */
import { Cron } from 'croner'
import type { Schedule } from '../core/schedule.ts'
import type { Settings } from '../core/settings.ts'
import { lookEveryMs } from './heart-watch.ts'
import type { Jobs } from './jobs.ts'

export function startSchedules({
  settings: { evaluateEveryMs, rollupEveryMs, reportSchedule, timeZone },
  jobs: { evaluate, notify, rollup, report, dueReports, heartWatch },
  reports = [],
  keepAlive: ref = true,
}: {
  settings: Settings
  jobs: Jobs
  /** Those that `dueReports` knows; none: the daily report. */
  reports?: readonly Schedule[]
  /** False: they keep no process from ending. */
  keepAlive?: boolean
}): { stop(): void } {
  const unref = !ref
  const every = (ms: number, act: () => void) => new Cron('* * * * * *', { interval: ms / 1_000, unref }, act)
  const schedules = [
    every(evaluateEveryMs, evaluate.wake),
    // A notice whose receiver was away is due again some time after, whether or not anything is decided.
    every(evaluateEveryMs, notify.wake),
    every(rollupEveryMs, rollup.wake),
    every(lookEveryMs, heartWatch.wake),
    reports.length > 0
      ? new Cron('* * * * *', { unref }, dueReports.wake)
      : new Cron(reportSchedule, { timezone: timeZone, unref }, report.wake),
  ]
  return {
    stop: () => {
      for (const schedule of schedules) schedule.stop()
    },
  }
}
