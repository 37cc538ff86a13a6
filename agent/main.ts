/** The agent by itself, on a host whose functions run elsewhere: its composition root. */
import { openBucket } from '../adapters/bucket/open.ts'
import { systemClock } from '../adapters/clock/system.ts'
import type { Log } from '../adapters/log/port.ts'
import { openMetrics } from '../adapters/metrics/open.ts'
import type { Settings } from '../core/settings.ts'
import { openAgent } from './open-agent.ts'
import { reloadSettings } from './reload.ts'

export interface StandAloneOptions {
  settings: Settings
  log: Log
  version: string
  signal: AbortSignal
  /** Calls `act` whenever the settings are to be read again. */
  onReload: (act: () => void) => void
  /** Throws an error that tells all that is wrong with them. */
  readAgain: () => Settings
}

export async function runStandAlone({
  settings,
  log,
  version,
  signal,
  onReload,
  readAgain,
}: StandAloneOptions): Promise<void> {
  const bucket = await openBucket(settings.bucketUrl)
  const metrics = await openMetrics({ settings, clock: systemClock })
  log.info('the agent is up', {
    version,
    host: settings.host,
    bucket: bucket.url,
    intervalSeconds: settings.intervalMs / 1_000,
    ...(metrics ? { metrics: metrics.destination } : {}),
  })
  const agent = openAgent({ settings, bucket, clock: systemClock, log, version, ...(metrics ? { metrics } : {}) })
  onReload(() => reloadSettings({ agent, readAgain, log }))
  await agent.run(signal)
  log.info('the agent has stopped')
}
