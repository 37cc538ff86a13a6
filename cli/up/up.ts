/**
 * `vitals up`: agent, functions and site in one process. The schedules are those of the cloud; besides, evaluate runs as
 * soon as the agent has sent something, and notify as soon as evaluate has decided something.
 */
import { systemClock } from '../../adapters/clock/system.ts'
import type { Log } from '../../adapters/log/port.ts'
import { openMetrics } from '../../adapters/metrics/open.ts'
import type { MetricSink } from '../../adapters/metrics/port.ts'
import { openAgent } from '../../agent/open-agent.ts'
import { reloadSettings } from '../../agent/reload.ts'
import type { Settings } from '../../core/settings.ts'
import { composeFunctions, type Functions } from '../../embedded/functions.ts'
import { createJobs } from '../../embedded/jobs.ts'
import { startSchedules } from '../../embedded/schedules.ts'
import { version } from '../version.ts'
import { greet } from './greeting.ts'
import { startSite } from './site.ts'

export interface UpOptions {
  settings: Settings
  /** Where the secrets are that vitals.yml names. */
  env: Readonly<Record<string, string | undefined>>
  log: Log
  /** For people; absent: the log says it. */
  print?: (text: string) => void
  withAgent: boolean
  signal: AbortSignal
  /** Calls `act` whenever the settings are to be read again. */
  onReload: (act: () => void) => void
  /** Throws an error that tells all that is wrong with them. */
  readAgain: () => Settings
}

/** From the signal to the end. Whatever is not done by then is done by the next start: nothing is lost. */
const stopWithinMs = 1_600

export async function up({ settings, env, log, print, withAgent, signal, ...again }: UpOptions): Promise<void> {
  const functions = await composeFunctions({ settings, env, log })
  const { schedules = [] } = functions.config
  const metrics = withAgent ? await openMetrics({ settings, clock: systemClock }) : undefined
  let onPushed = () => {}
  const watching = withAgent
    ? runAgent({ settings, functions, metrics, log, signal, onPushed: () => onPushed(), ...again })
    : untilAborted(signal)
  // Awaited below: what goes wrong until then is not unhandled, only not heard yet.
  watching.catch(() => {})
  // A spool that another process has is told before anything else is said.
  await Promise.race([watching, systemClock.sleep(0)])
  const jobs = createJobs({ settings, functions, schedules, log })
  const site = await startSite({ settings, functions, makeReport: jobs.makeReport, log })
  jobs.setSiteUrl(settings.siteUrl ?? site.url)
  onPushed = jobs.evaluate.wake
  const crons = startSchedules({ settings, jobs, reports: schedules })
  const deadline = untilAborted(signal).then(() => systemClock.sleep(stopWithinMs).then(() => 'late' as const))
  try {
    const { mail, receivers, config } = functions
    const told = { mail, receivers, routes: config.telling.routes }
    greet({ settings, ...told, siteUrl: site.url, withAgent, log, ...(print ? { print } : {}) })
    jobs.evaluate.wake()
    await watching
    log.info('stopping')
    const stopped = await Promise.race([jobs.finish(), deadline])
    if (stopped === 'late') log.warn('not everything was decided and told in time; the next start does it')
  } finally {
    crons.stop()
    await site.stop()
  }
}

interface AgentRun {
  settings: Settings
  functions: Functions
  metrics: MetricSink | undefined
  log: Log
  signal: AbortSignal
  onPushed: () => void
  onReload: UpOptions['onReload']
  readAgain: UpOptions['readAgain']
}

/** The agent's settings can be read again; what else runs in this process keeps its own until the next start. */
function runAgent({ functions: { bucket }, metrics, signal, onReload, readAgain, ...run }: AgentRun): Promise<void> {
  const agent = openAgent({ ...run, bucket, clock: systemClock, version, ...(metrics ? { metrics } : {}) })
  onReload(() => reloadSettings({ agent, readAgain, log: run.log }))
  return agent.run(signal)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
