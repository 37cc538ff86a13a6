/** The agent by itself, on a host whose functions run elsewhere: its composition root. */
import { openBucket } from '../adapters/bucket/open.ts'
import { systemClock, systemRandom } from '../adapters/clock/system.ts'
import type { Log } from '../adapters/log/port.ts'
import { openMetrics } from '../adapters/metrics/open.ts'
import type { Settings } from '../core/settings.ts'
import { createAgent } from './agent.ts'
import { openCollector } from './collect/open.ts'

export interface StandAloneOptions {
  settings: Settings
  log: Log
  version: string
  signal: AbortSignal
}

export async function runStandAlone({ settings, log, version, signal }: StandAloneOptions): Promise<void> {
  const bucket = await openBucket(settings.bucketUrl)
  const metrics = await openMetrics({ settings, clock: systemClock })
  const collector = openCollector({
    clock: systemClock,
    topProcesses: settings.topProcesses,
    sensors: settings.sensors,
  })
  log.info('the agent is up', {
    version,
    host: settings.host,
    bucket: bucket.url,
    intervalSeconds: settings.intervalMs / 1_000,
    ...(metrics ? { metrics: metrics.destination } : {}),
  })
  const shared = { clock: systemClock, random: systemRandom, log, ...(metrics ? { metrics } : {}) }
  await createAgent({ ...shared, settings, bucket, collector, version }).run(signal)
  log.info('the agent has stopped')
}
