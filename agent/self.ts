/** What the agent costs its host and how it fares, for each of its snapshots. */
import type { Clock } from '../adapters/clock/port.ts'
import type { Snapshot } from '../core/snapshot.ts'
import type { Spool } from './spool/spool.ts'
import type { StoreClock } from './store-clock.ts'

export interface SelfOptions {
  clock: Pick<Clock, 'now' | 'monotonicMs'>
  spool: Pick<Spool, 'stats'>
  storeClock: Pick<StoreClock, 'offsetMs'>
}

export interface Self {
  /** The bucket has one more batch. */
  pushed(): void
  /** As it is now; CPU since the call before. */
  measure(): NonNullable<Snapshot['agent']>
}

export function createSelf({ clock, spool, storeClock }: SelfOptions): Self {
  let lastPushAtMs: number | undefined
  let before = { cpuMs: cpuMsOfProcess(), monotonicMs: clock.monotonicMs() }
  const cpuPercent = () => {
    const now = { cpuMs: cpuMsOfProcess(), monotonicMs: clock.monotonicMs() }
    const elapsedMs = now.monotonicMs - before.monotonicMs
    const percent = elapsedMs > 0 ? (100 * (now.cpuMs - before.cpuMs)) / elapsedMs : undefined
    before = now
    return percent === undefined ? {} : { cpuPercent: Math.round(100 * percent) / 100 }
  }
  return {
    pushed: () => {
      lastPushAtMs = clock.now()
    },
    measure: () => {
      const { batches, bytes, droppedBatches, droppedSnapshots, state } = spool.stats()
      const clockOffsetMs = storeClock.offsetMs()
      return {
        ...cpuPercent(),
        rssBytes: process.memoryUsage.rss(),
        spoolBatches: batches,
        spoolBytes: bytes,
        spoolState: state,
        droppedBatches,
        droppedSnapshots,
        ...(lastPushAtMs === undefined ? {} : { lastPushAtMs }),
        ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
      }
    },
  }
}

/** Of all its threads, since it started. */
function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
