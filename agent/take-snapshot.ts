/** One snapshot: collected, told of the agent itself, looked at by checks, spooled, shown to the observers, and sealed when it is time. */
import type { Log } from '../adapters/log/port.ts'
import type { Settings } from '../core/settings.ts'
import type { Snapshot } from '../core/snapshot.ts'
import type { Checks, FindingChange } from './checks/checks.ts'
import type { Collector } from './collect/collector.ts'
import type { Crossing, LocalThresholds } from './logs/thresholds.ts'
import type { Self } from './self.ts'
import type { Turns } from './ship/turns.ts'
import type { Spool } from './spool/spool.ts'
import type { StoreClock } from './store-clock.ts'
import { nextStretch, unstretched } from './stretch.ts'

/** Gets each snapshot once it is in the spool. Must neither block nor throw; what it throws is told, and harms nobody else. */
export interface SnapshotObserver {
  name: string
  observe(seen: { snapshot: Snapshot; crossings: readonly (Crossing | FindingChange)[] }): void
}

/** What may change while the agent runs. */
export interface Live {
  settings: Settings
  collector: Collector
  thresholds: LocalThresholds
  turns: Turns
  observers: readonly SnapshotObserver[]
}

export interface SnapshotsOptions {
  live: Live
  self: Self
  storeClock: StoreClock
  spool: Spool
  checks: Checks | undefined
  log: Log
  /** Closes the open batch and has it sent. */
  send: () => Promise<void>
}

export interface Snapshots {
  /** Never rejects: one that fails is told, and the next is taken. */
  take(signal: AbortSignal): Promise<void>
  /** To the next one, as it is planned now. */
  intervalMs(): number
}

/** A batch is closed at this size, however few snapshots it has: the inbox takes 1 MiB, and zstd makes nothing larger. */
const openMaxBytes = 768 * 1024

export function createSnapshots({ live, self, storeClock, spool, checks, log, send }: SnapshotsOptions): Snapshots {
  const allowed = createAllowance(live, log)
  let isFirst = true

  const take = async (signal: AbortSignal) => {
    const collected = await live.collector.collect({ intervalMs: allowed.intervalMs() })
    const hasChanged = allowed.spent(collected.agent?.collectCpuMs)
    const measured: Snapshot = {
      ...collected,
      intervalMs: allowed.intervalMs(),
      agent: { ...collected.agent, ...self.measure() },
    }
    storeClock.sampled(measured)
    const { snapshot, changes } = (await checks?.apply(measured, signal)) ?? { snapshot: measured, changes: [] }
    await spool.add(snapshot)
    const { openRecords, openBytes } = spool.stats()
    const isFull = openRecords >= live.settings.batchSnapshots || openBytes >= openMaxBytes
    const crossings = [...live.thresholds.check(snapshot), ...changes]
    for (const observer of live.observers) {
      await orTold(log, `tell ${observer.name} of a snapshot`, async () => observer.observe({ snapshot, crossings }))
    }
    const hasTurned = live.turns.look(snapshot)
    // Who waits for this host learns at once of another interval, and not when it seems to be down.
    if (isFirst || hasChanged || crossings.length > 0 || hasTurned || isFull) await send()
  }

  return {
    take: async (signal) => {
      await orTold(log, 'take a snapshot', () => take(signal))
      isFirst = false
    },
    intervalMs: allowed.intervalMs,
  }
}

/** One failure is told, and all goes on. */
export async function orTold(log: Log, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.error(`could not ${what}`, { reason: (error as Error).message })
  }
}

/** The interval, lengthened while snapshots cost more than they may. Told when it begins and when it is over. */
function createAllowance(live: Pick<Live, 'settings'>, log: Log) {
  let asked = live.settings
  let stretch = unstretched(asked.intervalMs)
  const upToDate = () => {
    if (asked.intervalMs !== live.settings.intervalMs) stretch = unstretched(live.settings.intervalMs)
    asked = live.settings
    return stretch
  }
  return {
    intervalMs: () => upToDate().intervalMs,
    /** True: the interval is another one now. */
    spent: (cpuMs = 0): boolean => {
      const before = upToDate().intervalMs
      stretch = nextStretch(stretch, cpuMs, asked)
      const { intervalMs } = stretch
      const fields = { intervalSeconds: intervalMs / 1_000, cpuMs, maxCpuPercent: asked.maxCpuPercent }
      if (before === asked.intervalMs && intervalMs > before)
        log.warn('snapshots cost more CPU than MONITOR_MAX_CPU allows; they are taken less often', fields)
      if (before > asked.intervalMs && intervalMs === asked.intervalMs)
        log.info('snapshots are cheap enough again; they are taken as often as was asked for', fields)
      return intervalMs !== before
    },
  }
}
