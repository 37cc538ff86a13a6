/** When to try again, as data. There is no last try: the spool is what ends a batch's life (MONITOR_SPOOL_MAX_AGE). */
import { type Backoff, fullJitterMs } from '../../adapters/clock/jitter.ts'
import type { Random } from '../../adapters/clock/port.ts'

export const shipRetry: Backoff = { baseMs: 1_000, capMs: 300_000 }

export interface Refusal {
  /** In a row, this one included. */
  failures: number
  /** What the store asked for. */
  retryAfterMs?: number | undefined
}

/**
 * The ceiling doubles with each failure in a row. What the store asks for is waited besides, so that hosts which were
 * refused together do not come back together; never for longer than the cap.
 */
export function retryDelayMs({ failures, retryAfterMs = 0 }: Refusal, backoff: Backoff, random: Random): number {
  return Math.min(retryAfterMs, backoff.capMs) + fullJitterMs(backoff, failures - 1, random)
}
