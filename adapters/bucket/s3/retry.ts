/** What may be repeated without harm is repeated: reads, listings, deletions, puts without a condition. */
import { isPassing, toldBy } from './failure.ts'
import type { Place } from './place.ts'

const policy = { attempts: 3, baseMs: 200, capMs: 2_000 }

/** Throws what the last attempt threw. */
export async function repeatedly<T>({ clock, random }: Place, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      if (attempt === policy.attempts || !isPassing(toldBy(error))) throw error
      await pause({ clock, random }, attempt)
    }
  }
}

/** Full jitter. */
export async function pause({ clock, random }: Pick<Place, 'clock' | 'random'>, attempt: number): Promise<void> {
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1))
  await clock.sleep(Math.round(random.fraction() * ceilingMs))
}
