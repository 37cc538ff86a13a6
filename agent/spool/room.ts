/** Which batch must go, for want of room or for its age. */
import type { SpooledBatch } from './names.ts'

export interface Bounds {
  maxBytes: number
  maxAgeMs: number
}

/** The first to go, and why; undefined when all may stay. The newest always may. `batches` are oldest first. */
export function firstToDrop(
  batches: readonly SpooledBatch[],
  { maxBytes, maxAgeMs }: Bounds,
  ageMs: (batch: SpooledBatch) => number,
): { batch: SpooledBatch; reason: string } | undefined {
  const [oldest] = batches
  if (!oldest || batches.length < 2) return undefined
  if (totalBytes(batches) > maxBytes) return { batch: oldest, reason: 'the spool was full' }
  const tooOld = batches.slice(0, -1).find((batch) => ageMs(batch) > maxAgeMs)
  return tooOld && { batch: tooOld, reason: 'waited in the spool for too long' }
}

export function totalBytes(batches: readonly SpooledBatch[]): number {
  return batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** No agent ran before this: a host whose clock says less does not know the time yet. */
const plausibleFromMs = Date.UTC(2024, 0, 1)

/**
 * How long a batch has waited. Its name has only the host's wall clock, which may step by years: that is asked once, at
 * the start, of what earlier processes left, and all after it is measured by the clock that never steps.
 */
export function createAges(atStart: readonly SpooledBatch[], start: { nowMs: number; monotonicMs: number }) {
  const since = new Map<string, number>()
  for (const { name, toMs } of atStart) {
    const waitedMs = toMs > plausibleFromMs ? Math.max(0, start.nowMs - toMs) : 0
    since.set(name, start.monotonicMs - waitedMs)
  }
  return {
    seen: (name: string, monotonicMs: number) => since.set(name, monotonicMs),
    gone: (name: string) => since.delete(name),
    ageMs: ({ name }: SpooledBatch, monotonicMs: number) => monotonicMs - (since.get(name) ?? monotonicMs),
  }
}
