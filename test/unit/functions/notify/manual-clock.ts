import type { Clock, Random } from '../../../../adapters/clock/port.ts'
import { startMs } from '../../../make.ts'

export interface ManualClock extends Clock {
  /** Wakes who sleeps no longer than this. */
  advance(ms: number): void
  /** How many sleep. */
  sleepers(): number
}

/** Stands still until it is told. */
export function createManualClock(): ManualClock {
  let nowMs = startMs + 3_600_000
  let sleeping: { untilMs: number; wake: () => void }[] = []
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((wake) => {
        if (signal?.aborted) return wake()
        const sleeper = { untilMs: nowMs + ms, wake }
        sleeping.push(sleeper)
        signal?.addEventListener('abort', () => {
          sleeping = sleeping.filter((other) => other !== sleeper)
          wake()
        })
      }),
    advance: (ms) => {
      nowMs += ms
      const due = sleeping.filter(({ untilMs }) => untilMs <= nowMs)
      sleeping = sleeping.filter(({ untilMs }) => untilMs > nowMs)
      for (const { wake } of due) wake()
    },
    sleepers: () => sleeping.length,
  }
}

/** The same numbers each time. */
export function createPlainRandom(fraction = 0.5): Random {
  let count = 0
  return {
    fraction: () => fraction,
    hex: (bytes) => {
      count += 1
      return count.toString(16).padStart(bytes * 2, '0')
    },
  }
}
