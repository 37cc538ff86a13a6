/** From a start to its stop: the agent and, where they are asked for, the functions beside it, as `vitals up` has them. */
import { openBucket } from '../adapters/bucket/open.ts'
import type { Clock } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import { openMetrics } from '../adapters/metrics/open.ts'
import type { Checks } from '../agent/checks/checks.ts'
import { openAgent } from '../agent/open-agent.ts'
import type { SnapshotObserver } from '../agent/take-snapshot.ts'
import type { Settings } from '../core/settings.ts'
import type { Functions } from '../embedded/functions.ts'
import type { Jobs } from '../embedded/jobs.ts'
import manifest from '../package.json' with { type: 'json' }

export interface SessionOptions {
  settings: Settings
  /** Absent: others evaluate. */
  functions?: Functions
  checks?: Checks
  observer: SnapshotObserver
  clock: Clock
  keepAlive: boolean
  log: Log
}

export interface Session {
  /** When the agent has ended; rejects with why, where nobody had asked it to. */
  ended: Promise<void>
  /** Everything up to now is decided, where that is done here. */
  evaluate(): Promise<void>
  /** Resolves when what was seen is sent and, as far as time allows, decided and told. */
  stop(): Promise<void>
}

/** Whatever is not decided by then, the next start decides. */
const finishMs = 1_600

export async function startSession(options: SessionOptions): Promise<Session> {
  const { settings, functions, checks, observer, clock, log } = options
  const stop = new AbortController()
  const metrics = await openMetrics({ settings, clock })
  const bucket = functions?.bucket ?? (await openBucket(settings.bucketUrl))
  const deciding = functions && (await startDeciding({ ...options, functions }))
  const agent = openAgent({
    settings,
    bucket,
    clock,
    log,
    version: manifest.version,
    observers: [observer],
    ...(checks ? { checks } : {}),
    ...(metrics ? { metrics } : {}),
    ...(deciding ? { onPushed: deciding.jobs.evaluate.wake } : {}),
  })
  const ended = agent.run(stop.signal).finally(() => deciding?.stopSchedules())
  // Who started it hears of it; until then it is not unhandled.
  ended.catch(() => undefined)
  return {
    ended,
    evaluate: async () => deciding?.jobs.evaluate.runNow(),
    stop: async () => {
      stop.abort()
      await ended.finally(() => deciding && finish(deciding.jobs, { clock, log }))
    },
  }
}

async function finish(jobs: Jobs, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  const given = new AbortController()
  const finished = jobs.finish().then(() => 'finished' as const)
  const ended = await Promise.race([finished, clock.sleep(finishMs, given.signal)])
  given.abort()
  if (ended !== 'finished') log.warn('not everything was decided and told in time; the next start does it')
}

async function startDeciding({
  settings,
  functions,
  keepAlive,
  log,
}: SessionOptions & { functions: Functions }): Promise<{ jobs: Jobs; stopSchedules(): void }> {
  const [{ createJobs }, { startSchedules }] = await Promise.all([
    import('../embedded/jobs.ts'),
    import('../embedded/schedules.ts'),
  ])
  const { schedules = [] } = functions.config
  const jobs = createJobs({ settings, functions, schedules, log })
  const { stop } = startSchedules({ settings, jobs, reports: schedules, keepAlive })
  return { jobs, stopSchedules: stop }
}
