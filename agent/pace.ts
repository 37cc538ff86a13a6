/**
 * When snapshots are taken: by the clock that never steps, so that neither a wall clock that is set nor daylight saving
 * makes two of them or none. It stands still while the machine sleeps: what would have been taken then is not made up for.
 */
import type { Clock } from '../adapters/clock/port.ts'

export interface PaceOptions {
  clock: Clock
  /** As it is now: it may change with each call. */
  intervalMs: () => number
  /** Ends what is left of a wait: the next one is due at once, and the interval is counted from it. Aborts with `signal`, too. */
  hurry?: () => AbortSignal
  signal: AbortSignal
}

/** Calls `act` at once and then every interval, until the signal aborts. What it began is finished. */
export async function everyInterval(
  { clock, intervalMs, hurry, signal }: PaceOptions,
  act: () => Promise<void>,
): Promise<void> {
  let dueMs = clock.monotonicMs()
  while (!signal.aborted) {
    const hurried = hurry?.()
    await act()
    dueMs = nextDueMs({ dueMs, nowMs: clock.monotonicMs(), intervalMs: intervalMs() })
    await clock.sleep(dueMs - clock.monotonicMs(), hurried ?? signal)
    if (hurried?.aborted) dueMs = clock.monotonicMs()
  }
}

/** The next one on the grid of the last; those that are over by now are left out. */
export function nextDueMs({ dueMs, nowMs, intervalMs }: Record<'dueMs' | 'nowMs' | 'intervalMs', number>): number {
  return dueMs + Math.max(1, Math.ceil((nowMs - dueMs) / intervalMs)) * intervalMs
}
