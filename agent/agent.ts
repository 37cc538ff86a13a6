/**
 * The agent: collect, spool, ship, log; until it is told to stop, and then goodbye. A snapshot that takes long, a disk
 * that is full or a bucket that is away stops nothing.
 */
import { join } from 'node:path'
import type { Bucket } from '../adapters/bucket/port.ts'
import type { Clock, Random } from '../adapters/clock/port.ts'
import type { Log } from '../adapters/log/port.ts'
import type { MetricSink } from '../adapters/metrics/port.ts'
import { defaultRules } from '../core/alerts/rule.ts'
import { selectKinds } from '../core/host-metrics.ts'
import type { Settings } from '../core/settings.ts'
import type { HostFacts } from '../core/snapshot.ts'
import type { Checks } from './checks/checks.ts'
import type { Collector } from './collect/collector.ts'
import { known } from './collect/counters.ts'
import { openMetricLogs } from './logs/logs.ts'
import { createLocalThresholds } from './logs/thresholds.ts'
import { everyInterval } from './pace.ts'
import { createSelf } from './self.ts'
import { createMetricShipper } from './ship/metrics.ts'
import { createShipper } from './ship/ship.ts'
import { type LockedStorage, openDirectoryStorage } from './spool/directory-storage.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import { openStatusFile } from './status-file.ts'
import { createStoreClock } from './store-clock.ts'
import { createSnapshots, type Live, orTold, type SnapshotObserver } from './take-snapshot.ts'

export interface AgentOptions {
  settings: Settings
  bucket: Bucket
  collector: Collector
  clock: Clock
  random: Random
  log: Log
  version: string
  /** Where metrics go besides; absent: nowhere. */
  metrics?: MetricSink
  /** Checks of the host's owner, whose findings travel in the snapshot. */
  checks?: Checks
  /** Who else gets every snapshot, besides the logs. */
  observers?: readonly SnapshotObserver[]
  /** The bucket has one more batch. */
  onPushed?: () => void
}

export interface Agent {
  /** Resolves when the signal has aborted and all is flushed. Throws at once when another agent has the spool. */
  run(signal: AbortSignal): Promise<void>
}

/** Two readings this far apart make the first rates. */
const primeMs = 500
/** What a stop may take for the last batches. */
const flushMs = 1_000

export function createAgent(options: AgentOptions): Agent {
  return { run: (signal) => runAgent(options, signal) }
}

async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { settings, collector, clock, random, log } = options
  let storage: LockedStorage | undefined
  try {
    storage = openDirectoryStorage(join(settings.dataDir, 'spool'), { fsync: settings.spoolFsync })
    const { spoolMaxBytes: maxBytes, spoolMaxAgeMs: maxAgeMs } = settings
    const spool = await openSpool({ storage, stream: random.hex(8), maxBytes, maxAgeMs, clock, log })
    const parts = createParts(options, spool)
    const { snapshots, seal, senders, status } = parts
    const stopSending = new AbortController()
    const deadline = new AbortController()
    const sending = senders.map(({ run }) => run({ stop: stopSending.signal, deadline: deadline.signal }))
    await orTold(log, 'take the first readings', async () => {
      await collector.collect({ intervalMs: snapshots.intervalMs() })
    })
    await clock.sleep(primeMs, signal)
    await everyInterval({ clock, intervalMs: snapshots.intervalMs, signal }, () => snapshots.take(signal))
    await spool.add({ kind: 'goodbye', observedAtMs: clock.now() })
    await seal()
    stopSending.abort()
    const sent = new AbortController()
    const all = Promise.all(sending).finally(() => sent.abort())
    await Promise.race([all, clock.sleep(flushMs, sent.signal).then(() => deadline.abort())])
    status.stopped()
  } finally {
    collector.close()
    storage?.close()
  }
}

/** Sends until `stop`, and then what is left until `deadline`. Never rejects. */
interface Sender {
  run(signals: { stop: AbortSignal; deadline: AbortSignal }): Promise<void>
}

/** What an agent is made of, put together. */
function createParts(options: AgentOptions, spool: Spool) {
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
    thresholds: createLocalThresholds(defaultRules(settings).filter((rule) => rule.kind === 'threshold')),
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
      agentVersion: options.version,
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
  return { snapshots, seal, status, senders: [batches, ...(metricShipper ? [metricShipper] : [])] }
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
