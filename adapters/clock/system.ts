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
    monotonicMs: () => performance.now(),
    sleep: async (ms, signal) => {
      try {
        await delay(ms, undefined, { ref, ...(signal ? { signal } : {}) })
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    },
  }
}
