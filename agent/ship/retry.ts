/** When to try again, as data. There is no last try: the spool is what ends a batch's life. */
import type { Random } from '../../adapters/clock/port.ts'

export interface RetryPolicy {
  baseMs: number
  capMs: number
}

export const shipRetry: RetryPolicy = { baseMs: 1_000, capMs: 300_000 }

/** Full jitter: anywhere from now to the ceiling, which doubles with each failure in a row. */
export function retryDelayMs(failures: number, { baseMs, capMs }: RetryPolicy, random: Random): number {
  return Math.round(random.fraction() * Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30)))
}
