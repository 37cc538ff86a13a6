import type { Clock } from '../../adapters/clock/port.ts'

/** What the promise gives, or undefined when it has given nothing after `ms`. Its failure is thrown, and later ones are not heard. */
export async function inTime<Value>(clock: Clock, ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  const timer = new AbortController()
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, clock.sleep(ms, timer.signal).then(() => undefined)])
  } finally {
    timer.abort()
  }
}
