/** What an agent is made of, put together; and put together otherwise when its settings change. */

import type { Log } from '../adapters/log/port.ts'
import { localThresholds } from '../core/alerts/default-rules.ts'
import { selectKinds } from '../core/host-metrics.ts'
import type { Settings } from '../core/settings.ts'
import type { HostFacts } from '../core/snapshot.ts'
import type { Collector } from './collect/collector.ts'
import { known } from './collect/counters.ts'
import { needsCollector, needsThresholds } from './live-settings.ts'
import { openMetricLogs } from './logs/logs.ts'
import { createLocalThresholds } from './logs/thresholds.ts'
import type { AgentOptions } from './options.ts'
import { createSelf } from './self.ts'
import { createMetricShipper } from './ship/metrics.ts'
import { createShipper } from './ship/ship.ts'
import { createTurns } from './ship/turns.ts'
import type { Spool } from './spool/spool.ts'
import { openStatusFile } from './status-file.ts'
import { createStoreClock } from './store-clock.ts'
import { createSnapshots, type Live } from './take-snapshot.ts'

/** Sends until `stop`, and then what is left until `deadline`. Never rejects. */
interface Sender {
  run(signals: { stop: AbortSignal; deadline: AbortSignal }): Promise<void>
}

export function createParts(options: AgentOptions, spool: Spool) {
  const { settings, bucket, collector, clock, random, log, metrics, checks, onPushed } = options
  const storeClock = createStoreClock({ clock })
  const self = createSelf({ clock, spool, storeClock })
  const { version } = options
  const status = openStatusFile({ settings, bucketUrl: bucket.url, version, spoolStats: spool.stats, clock, log })
  const shipper = createShipper({
    spool,
    bucket,
    clock,
    random,
    log,
    onPushed: ({ storeAtMs }) => {
      self.pushed()
      storeClock.heard(storeAtMs)
      status.pushed(known({ storeAtMs }))
      onPushed?.()
    },
    onFailed: status.failed,
  })
  const metricShipper =
    metrics &&
    createMetricShipper({
      host: settings.host,
      kinds: selectKinds(settings.cloudwatchMetrics),
      resolutionSeconds: settings.cloudwatchResolutionSeconds,
      sink: metrics,
      clock,
      log,
    })
  const live: Live = {
    settings,
    collector,
    ...thresholdsOf(settings),
    observers: [
      openMetricLogs({ settings, clock, log }),
      status,
      ...(metricShipper ? [metricShipper] : []),
      ...(options.observers ?? []),
    ],
  }
  const facts = createFacts(collector, log)
  const seal = () =>
    spool.seal({
      host: settings.host,
      agentVersion: version,
      shipEveryMs: snapshots.intervalMs() * live.settings.batchSnapshots,
      ...known({ clock: storeClock.reading() }),
      facts: { ...facts(), ...tagsOf(live.settings) },
    })
  const send = async () => {
    await seal()
    shipper.wake()
  }
  const snapshots = createSnapshots({ live, self, storeClock, spool, checks, log, send })
  const batches: Sender = {
    run: ({ stop, deadline }) => shipper.run(stop).then(() => shipper.flush(deadline)),
  }
  return { live, snapshots, seal, status, senders: [batches, ...(metricShipper ? [metricShipper] : [])] }
}

/** From now on it runs by other settings. Logs are opened again, as large and as long kept as they say. */
export function change(live: Live, settings: Settings, { options, spool }: { options: AgentOptions; spool: Spool }) {
  const { settings: before, collector, observers } = live
  const [, ...others] = observers
  live.observers = [openMetricLogs({ settings, clock: options.clock, log: options.log }), ...others]
  live.settings = settings
  spool.setBounds({ maxBytes: settings.spoolMaxBytes, maxAgeMs: settings.spoolMaxAgeMs })
  if (needsThresholds(before, settings)) Object.assign(live, thresholdsOf(settings))
  const next = needsCollector(before, settings) ? options.openCollector?.(settings) : undefined
  if (!next) return { hasNewCollector: false }
  live.collector = next
  collector.close()
  return { hasNewCollector: true }
}

function thresholdsOf(settings: Settings): Pick<Live, 'thresholds' | 'turns'> {
  const rules = localThresholds(settings)
  return { thresholds: createLocalThresholds(rules), turns: createTurns(rules) }
}

/** Nobody waits for the inventory: it comes with a later batch. */
function createFacts(collector: Collector, log: Log): () => HostFacts {
  let facts: HostFacts = {}
  collector.facts().then(
    (known) => {
      facts = known
    },
    (error: Error) => log.warn('the inventory of this host could not be read', { reason: error.message }),
  )
  return () => facts
}

function tagsOf({ tags }: Settings): Pick<HostFacts, 'tags'> {
  return Object.keys(tags).length > 0 ? { tags } : {}
}
