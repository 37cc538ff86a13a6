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
import type { ClockReading } from '../core/batch.ts'
import type { Settings } from '../core/settings.ts'
import type { HostFacts, Snapshot } from '../core/snapshot.ts'
import type { Checks, FindingChange } from './checks/checks.ts'
import type { Collector } from './collect/collector.ts'
import { openMetricLogs } from './logs/logs.ts'
import { type Crossing, createLocalThresholds } from './logs/thresholds.ts'
import { createMetricShipper } from './ship/metrics.ts'
import { createShipper } from './ship/ship.ts'
import { type LockedStorage, openDirectoryStorage } from './spool/directory-storage.ts'
import { openSpool } from './spool/spool.ts'

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

/** Gets each snapshot once it is in the spool. Must neither block nor throw; what it throws is told, and harms nobody else. */
export interface SnapshotObserver {
  name: string
  observe(seen: { snapshot: Snapshot; crossings: readonly (Crossing | FindingChange)[] }): void
}

export interface Agent {
  /** Resolves when the signal has aborted and all is flushed. Throws at once when another agent has the spool. */
  run(signal: AbortSignal): Promise<void>
}

/** Two readings this far apart make the first rates. */
const primeMs = 500
/** What a stop may take for the last batches. */
const flushMs = 1_000
/** A batch is closed at this size, however few snapshots it has: the inbox takes 1 MiB, and zstd makes nothing larger. */
const openMaxBytes = 768 * 1024

export function createAgent(options: AgentOptions): Agent {
  return { run: (signal) => runAgent(options, signal) }
}

async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const {
    settings,
    bucket,
    collector,
    clock,
    random,
    log,
    version,
    metrics,
    checks,
    observers = [],
    onPushed,
  } = options
  const { host, intervalMs, batchSnapshots, dataDir } = settings
  let storage: LockedStorage | undefined
  try {
    storage = openDirectoryStorage(join(dataDir, 'spool'))
    const { spoolMaxBytes: maxBytes, spoolMaxAgeMs: maxAgeMs } = settings
    const spool = await openSpool({ storage, stream: random.hex(8), maxBytes, maxAgeMs, clock, log })
    const logs = openMetricLogs({ settings, log })
    const thresholds = createLocalThresholds(defaultRules(settings).filter((rule) => rule.kind === 'threshold'))
    let facts: HostFacts = {}
    /** The last snapshot, and the monotonic time when it was taken. */
    let latest: { snapshot: Snapshot; monotonicMs: number } | undefined
    let reading: ClockReading | undefined
    let lastPushAtMs: number | undefined
    collector.facts().then(
      (known) => {
        facts = known
      },
      (error: Error) => log.warn('the inventory of this host could not be read', { reason: error.message }),
    )
    const shipper = createShipper({
      spool,
      bucket,
      clock,
      random,
      log,
      onPushed: ({ storeAtMs }) => {
        lastPushAtMs = clock.now()
        reading = readingOf(latest?.snapshot, clock.monotonicMs() - (latest?.monotonicMs ?? 0), storeAtMs) ?? reading
        onPushed?.()
      },
    })
    const metricShipper = metrics && createMetricShipper({ host, sink: metrics, clock, log })
    const allObservers: SnapshotObserver[] = [logs, ...(metricShipper ? [metricShipper] : []), ...observers]
    const seal = () =>
      spool.seal({
        host,
        agentVersion: version,
        shipEveryMs: intervalMs * batchSnapshots,
        ...(reading ? { clock: reading } : {}),
        facts: { ...facts, ...(Object.keys(settings.tags).length > 0 ? { tags: settings.tags } : {}) },
      })
    const takeSnapshot = async (isFirst: boolean) => {
      const collected = await collector.collect({ intervalMs })
      const { batches, bytes, droppedBatches } = spool.stats()
      const measured: Snapshot = {
        ...collected,
        agent: {
          ...collected.agent,
          rssBytes: process.memoryUsage.rss(),
          spoolBatches: batches,
          spoolBytes: bytes,
          droppedBatches,
          ...(lastPushAtMs === undefined ? {} : { lastPushAtMs }),
        },
      }
      const monotonicMs = clock.monotonicMs()
      const { snapshot, changes } = (await checks?.apply(measured, signal)) ?? { snapshot: measured, changes: [] }
      latest = { snapshot, monotonicMs }
      await spool.add(snapshot)
      const { openRecords, openBytes } = spool.stats()
      const isFull = openRecords >= batchSnapshots || openBytes >= openMaxBytes
      const crossings = [...thresholds.check(snapshot), ...changes]
      for (const observer of allObservers) {
        await orTold(log, `tell ${observer.name} of a snapshot`, async () => observer.observe({ snapshot, crossings }))
      }
      if (isFirst || crossings.length > 0 || isFull) {
        await seal()
        shipper.wake()
      }
    }

    const stopShipping = new AbortController()
    const deadline = new AbortController()
    const shipping = shipper.run(stopShipping.signal)
    const metering = metricShipper?.run({ stop: stopShipping.signal, deadline: deadline.signal })
    await orTold(log, 'take the first readings', async () => void (await collector.collect({ intervalMs })))
    await clock.sleep(primeMs, signal)
    const startMs = clock.monotonicMs()
    for (let taken = 0; !signal.aborted; ) {
      await orTold(log, 'take a snapshot', () => takeSnapshot(taken === 0))
      // After a long pause (the machine slept) it goes on from now, and doesn't make up for what it missed.
      taken = Math.max(taken + 1, Math.ceil((clock.monotonicMs() - startMs) / intervalMs))
      await clock.sleep(startMs + taken * intervalMs - clock.monotonicMs(), signal)
    }
    await spool.add({ kind: 'goodbye', observedAtMs: clock.now() })
    await seal()
    stopShipping.abort()
    const flushed = new AbortController()
    const flushing = shipping.then(() => shipper.flush(deadline.signal))
    const flush = Promise.all([flushing, metering]).finally(() => flushed.abort())
    await Promise.race([flush, clock.sleep(flushMs, flushed.signal).then(() => deadline.abort())])
  } finally {
    collector.close()
    storage?.close()
  }
}

/** One snapshot that fails is told, and the next is taken. */
async function orTold(log: Log, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.error(`could not ${what}`, { reason: (error as Error).message })
  }
}

/** What the store's clock said `sinceMs` after the last snapshot, by that snapshot's own time since boot. */
function readingOf(
  latest: Snapshot | undefined,
  sinceMs: number,
  storeAtMs: number | undefined,
): ClockReading | undefined {
  if (storeAtMs === undefined || latest?.bootId === undefined || latest.sinceBootMs === undefined) return undefined
  const sinceBootMs = Math.round(latest.sinceBootMs + sinceMs)
  return { bootId: latest.bootId, sinceBootMs, storeAtMs: Math.round(storeAtMs) }
}
