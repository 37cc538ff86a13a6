/**
 * When was this sample really taken? The host's wall clock says so, unless the store's clock shows that it is wrong: a
 * host that boots in 1970 is put right as soon as one reading of the store's clock from the same boot is known.
 */
import type { ClockReading } from '../batch.ts'
import { limits } from '../limits.ts'

export interface HostTime {
  observedAtMs: number
  sinceBootMs?: number | undefined
  bootId?: string | undefined
}

/** Up to here the host's own time stands: readings of the store's clock come in whole seconds, after a round trip. */
export const clockToleranceMs = 5_000
/** Nothing is taken from further ahead than this. */
const futureToleranceMs = 5 * 60_000
const oldestMs = limits.lateDays * 86_400_000

/** The reading that reaches furthest: of the same boot the later, of two boots the one the store dated later. */
export function laterReading(a: ClockReading | undefined, b: ClockReading | undefined): ClockReading | undefined {
  if (!a || !b) return a ?? b
  return b.storeAtMs >= a.storeAtMs ? b : a
}

/**
 * Event time of one sample, ms UTC. `newest` is the last sample of its batch: where no reading helps and the host's clock
 * is impossible, that one is taken to have been made now, and the others as long before it as they were.
 */
export function eventTime(
  sample: HostTime,
  { clocks, newest, nowMs }: { clocks: readonly ClockReading[]; newest: HostTime; nowMs: number },
): number {
  const corrected = byReading(sample, clocks) ?? sample.observedAtMs
  if (isPossible(corrected, nowMs)) return corrected
  return Math.max(0, nowMs - elapsed(sample, newest))
}

function byReading(
  { observedAtMs, sinceBootMs, bootId }: HostTime,
  clocks: readonly ClockReading[],
): number | undefined {
  const reading = clocks.find((clock) => clock.bootId === bootId)
  if (!reading || sinceBootMs === undefined) return undefined
  const trueMs = reading.storeAtMs + (sinceBootMs - reading.sinceBootMs)
  return Math.abs(trueMs - observedAtMs) > clockToleranceMs ? trueMs : observedAtMs
}

function isPossible(atMs: number, nowMs: number): boolean {
  return atMs <= nowMs + futureToleranceMs && atMs >= nowMs - oldestMs
}

function elapsed(sample: HostTime, newest: HostTime): number {
  const sameBoot = sample.bootId === newest.bootId
  const ms =
    sameBoot && sample.sinceBootMs !== undefined && newest.sinceBootMs !== undefined
      ? newest.sinceBootMs - sample.sinceBootMs
      : newest.observedAtMs - sample.observedAtMs
  return Math.min(Math.max(0, ms), oldestMs)
}
