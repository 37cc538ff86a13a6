/** How long, how often, how late: notify's patience as data. All in milliseconds; that with a receiver is the receiver's. */
import { fullJitterMs } from '../../adapters/clock/jitter.ts'
import type { Random } from '../../adapters/clock/port.ts'
import type { RetryPolicy } from '../../adapters/receivers/port.ts'

export interface NotifyPolicy {
  /** A lease lasts so much longer than its receiver's deadline: whoever holds a claim is done or dead when it ends. */
  leaseBeyondDeadlineMs: number
  /** No receiver's backoff, nor what it may ask for, is longer. */
  longestWaitMs: number
  /** After so many failures in a row a receiver's other messages wait for the next run. */
  failuresInARow: number
  /** A run ends by then: a message whose receiver may answer later than that waits for the next one. */
  runForMs: number
  /** Notices in one message; of a digest. */
  mostInMessage: number
  mostInDigest: number
  /** Between two digests of a receiver, at least. */
  digestEveryMs: number
  /** Settled notices stay in `open` so long: no evaluate that still knows them as unmade is older than this. */
  archiveAfterMs: number
  /** What belongs to an incident whose resolved never came (its host was forgotten) leaves `open` after this. */
  archiveOrphanAfterMs: number
}

export const defaultNotifyPolicy: NotifyPolicy = {
  leaseBeyondDeadlineMs: 90_000,
  longestWaitMs: 3_600_000,
  failuresInARow: 3,
  runForMs: 270_000,
  mostInMessage: 40,
  mostInDigest: 400,
  digestEveryMs: 900_000,
  archiveAfterMs: 86_400_000,
  archiveOrphanAfterMs: 30 * 86_400_000,
}

/** `attempts` counts those that failed, this one included. */
export function backoffMs(attempts: number, { baseMs, capMs }: RetryPolicy, random: Random): number {
  return fullJitterMs({ baseMs, capMs }, attempts, random)
}
