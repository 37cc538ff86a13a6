/**
 * The mean of a series over the last minutes, in event time. Samples are summed in slots of a sixtieth of the window, so
 * that what is kept is bounded whatever the interval, and the order in which samples come doesn't matter.
 */

/** Start of the slot (ms UTC), sum and number of its samples. Ascending. */
export type WindowSlot = [startMs: number, sum: number, count: number]

const slotsPerWindow = 60

export function addToWindow(slots: readonly WindowSlot[], atMs: number, value: number, windowMs: number): WindowSlot[] {
  const startMs = slotStart(atMs, windowMs)
  const newestMs = Math.max(startMs, slots.at(-1)?.[0] ?? startMs)
  const kept = slots.filter(([start]) => start > newestMs - windowMs)
  const index = kept.findIndex(([start]) => start >= startMs)
  const at = index < 0 ? kept.length : index
  const found = kept[at]
  if (found?.[0] === startMs) {
    return kept.with(at, [startMs, found[1] + value, found[2] + 1])
  }
  return startMs > newestMs - windowMs ? kept.toSpliced(at, 0, [startMs, value, 1]) : kept
}

export function windowMean(slots: readonly WindowSlot[]): number | undefined {
  let sum = 0
  let count = 0
  for (const [, slotSum, slotCount] of slots) {
    sum += slotSum
    count += slotCount
  }
  return count === 0 ? undefined : sum / count
}

/** Do the samples reach back over the whole window? One and a half intervals are forgiven. */
export function isCovered(
  slots: readonly WindowSlot[],
  { atMs, windowMs, intervalMs }: { atMs: number; windowMs: number; intervalMs: number },
): boolean {
  const first = slots[0]
  if (!first) return false
  return atMs - first[0] >= windowMs - 1.5 * intervalMs
}

function slotStart(atMs: number, windowMs: number): number {
  const slotMs = Math.max(1, Math.floor(windowMs / slotsPerWindow))
  return Math.floor(atMs / slotMs) * slotMs
}
