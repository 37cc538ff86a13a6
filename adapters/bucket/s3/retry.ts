/** What may be repeated without harm is repeated: reads, listings, deletions, puts without a condition. */
import { fullJitterMs } from '../../clock/jitter.ts'
import type { Place } from './place.ts'
import { RequestFailure } from './send.ts'
import { effectOf, isPassing, toldBy } from './told.ts'

const policy = { attempts: 3, baseMs: 200, capMs: 2_000 }

/** Throws what the last attempt threw. None begins after the time that one may take. */
export async function repeatedly<T>({ clock, random, patience }: Place, act: () => Promise<T>): Promise<T> {
  const lastStartMs = clock.monotonicMs() + patience.answerMs
  let mayStand = false
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      const told = toldBy(error)
      mayStand ||= effectOf(told) === 'unknown'
      if (attempt < policy.attempts && isPassing(told) && clock.monotonicMs() < lastStartMs) {
        await pause({ clock, random }, attempt)
        continue
      }
      throw error instanceof RequestFailure ? new RequestFailure(error.cause, { ...error.wire, mayStand }) : error
    }
  }
}

export async function pause({ clock, random }: Pick<Place, 'clock' | 'random'>, attempt: number): Promise<void> {
  await clock.sleep(fullJitterMs(policy, attempt - 1, random))
}
