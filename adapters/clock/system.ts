import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Random } from './port.ts'

export const systemClock = clockThatKeepsAlive(true)

/** Its sleepers keep no process from ending. */
export const backgroundClock = clockThatKeepsAlive(false)

export const systemRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: () => Math.random(),
}

function clockThatKeepsAlive(ref: boolean): Clock {
  return {
    now: () => Date.now(),
    // Not performance.now(): its first use loads all that observes performance, half a megabyte.
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
    sleep: async (ms, signal) => {
      try {
        await delay(ms, undefined, { ref, ...(signal ? { signal } : {}) })
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    },
  }
}
