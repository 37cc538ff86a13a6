import type { Random } from './port.ts'

/** Of a wait between tries. */
export interface Backoff {
  baseMs: number
  capMs: number
}

/** More would overflow, and is above every cap. */
const mostDoublings = 30

/**
 * Full jitter: anywhere from now to the ceiling, which is the base doubled so often.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs({ baseMs, capMs }: Backoff, doublings: number, random: Random): number {
  return Math.round(random.fraction() * Math.min(capMs, baseMs * 2 ** Math.min(doublings, mostDoublings)))
}
