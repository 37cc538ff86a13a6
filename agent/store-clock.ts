/** What the store's clock says, as the answers to this agent's sendings tell: samples are put right by it. */
import type { Clock } from '../adapters/clock/port.ts'
import type { ClockReading } from '../core/batch.ts'
import type { Snapshot } from '../core/snapshot.ts'

export interface StoreClock {
  /** A snapshot was taken just now: it ties the time since boot to our clocks. */
  sampled(snapshot: Snapshot): void
  /** An answer of the store came just now. */
  heard(storeAtMs: number | undefined): void
  /** For the header of a batch; undefined: nothing is known yet. */
  reading(): ClockReading | undefined
  /** The store's clock less the host's wall clock, as last heard. */
  offsetMs(): number | undefined
}

/** Between a sample and an answer the two clocks of the host may differ by this much: more, and it slept or was set. */
const driftMaxMs = 1_000

export function createStoreClock({ clock }: { clock: Pick<Clock, 'now' | 'monotonicMs'> }): StoreClock {
  let sample: { bootId: string; sinceBootMs: number; wallMs: number; monotonicMs: number } | undefined
  let reading: ClockReading | undefined
  let offsetMs: number | undefined
  return {
    sampled: ({ bootId, sinceBootMs }) => {
      if (bootId === undefined || sinceBootMs === undefined) return
      sample = { bootId, sinceBootMs, wallMs: clock.now(), monotonicMs: clock.monotonicMs() }
    },
    heard: (storeAtMs) => {
      if (storeAtMs === undefined) return
      offsetMs = Math.round(storeAtMs - clock.now())
      if (!sample) return
      const sinceMs = clock.monotonicMs() - sample.monotonicMs
      // Time since boot goes on while a machine sleeps, our clock does not: an older reading is right, this one would not be.
      if (Math.abs(clock.now() - sample.wallMs - sinceMs) > driftMaxMs) return
      const sinceBootMs = Math.round(sample.sinceBootMs + sinceMs)
      reading = { bootId: sample.bootId, sinceBootMs, storeAtMs: Math.round(storeAtMs) }
    },
    reading: () => reading,
    offsetMs: () => offsetMs,
  }
}
