/** How long, how often, how late: notify's patience as data. All in milliseconds. */
import { fullJitterMs } from '../../adapters/clock/jitter.ts'
import type { Random } from '../../adapters/clock/port.ts'

export interface NotifyPolicy {
  /** A receiver that has not answered by then is given up for this attempt. */
  sendDeadlineMs: number
  /** Longer than the deadline and the writes around it: whoever holds a claim is done or dead when it ends. */
  leaseMs: number
  backoffBaseMs: number
  backoffCapMs: number
  /** After so many failures in a row a receiver's other notices wait for the next run. */
  failuresInARow: number
  /** What is not begun by then waits for the next run. */
  runForMs: number
  /** Settled notices stay in `open` so long: no evaluate that still knows them as unmade is older than this. */
  archiveAfterMs: number
  /** A firing whose resolved never came (its host was forgotten) leaves `open` after this. */
  archiveOrphanAfterMs: number
}

export const defaultNotifyPolicy: NotifyPolicy = {
  sendDeadlineMs: 30_000,
  leaseMs: 120_000,
  backoffBaseMs: 15_000,
  backoffCapMs: 3_600_000,
  failuresInARow: 3,
  runForMs: 240_000,
  archiveAfterMs: 86_400_000,
  archiveOrphanAfterMs: 30 * 86_400_000,
}

/**
 * There is no last attempt: what nobody could be told stays open and is named in every run's summary.
 * `attempts` counts those that failed, this one included.
 */
export function backoffMs(
  attempts: number,
  { backoffBaseMs: baseMs, backoffCapMs: capMs }: Pick<NotifyPolicy, 'backoffBaseMs' | 'backoffCapMs'>,
  random: Random,
): number {
  return fullJitterMs({ baseMs, capMs }, attempts, random)
}
