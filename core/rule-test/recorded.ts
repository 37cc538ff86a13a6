/** Snapshots that were taken on a real host, as those of a test: at other times, and otherwise as they were. */
import type { Snapshot } from '../snapshot.ts'

/** The one of a step; after the last of them that one again, in which nothing happens any more. */
export function recordedSnapshot(
  snapshots: readonly Snapshot[],
  step: number,
  { atMs, startMs }: { atMs: number; startMs: number },
): Snapshot | undefined {
  const [first] = snapshots
  const found = snapshots[Math.min(step, snapshots.length - 1)]
  if (!first || !found) return undefined
  // What began before the recording began as long before the test.
  const shiftMs = startMs - first.observedAtMs
  const { sinceBootMs, events = [], ...rest } = structuredClone(found)
  const moved: Snapshot = {
    ...rest,
    observedAtMs: atMs,
    processes: { ...rest.processes, top: rest.processes.top.map((one) => startedLater(one, shiftMs)) },
  }
  if (first.sinceBootMs !== undefined && sinceBootMs !== undefined) {
    moved.sinceBootMs = first.sinceBootMs + (atMs - startMs)
  }
  if (step < snapshots.length && events.length > 0) {
    moved.events = events.map(({ before, ...event }) => ({
      ...startedLater(event, shiftMs),
      atMs,
      ...(before ? { before: startedLater(before, shiftMs) } : {}),
    }))
  }
  return moved
}

function startedLater<T extends { startedAtMs?: number | undefined }>(one: T, shiftMs: number): T {
  if (one.startedAtMs === undefined) return one
  return { ...one, startedAtMs: Math.max(0, one.startedAtMs + shiftMs) }
}
