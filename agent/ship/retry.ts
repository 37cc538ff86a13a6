/** When to try again, as data. There is no last try: the spool is what ends a batch's life. */
import { type Backoff, fullJitterMs } from '../../adapters/clock/jitter.ts'
import type { Random } from '../../adapters/clock/port.ts'

export const shipRetry: Backoff = { baseMs: 1_000, capMs: 300_000 }

/** The ceiling doubles with each failure in a row. */
export function retryDelayMs(failures: number, backoff: Backoff, random: Random): number {
  return fullJitterMs(backoff, failures - 1, random)
}
