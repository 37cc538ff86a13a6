/** What is given up when nobody answers. */
import type { Clock } from './port.ts'

export interface Deadline {
  clock: Clock
  deadlineMs: number
  signal: AbortSignal
  /** What it fails with when the time is over. */
  late(): Error
  /** And when the signal ends it; `hasBegun` is false where it never did. */
  interrupted(reason: { hasBegun: boolean; cause: unknown }): Error
}

/** Rejects at the deadline, and at once when interrupted, even if `act` heeds no signal. */
export async function actByDeadline<T>(
  act: (signal: AbortSignal) => Promise<T>,
  { clock, deadlineMs, signal, late, interrupted }: Deadline,
): Promise<T> {
  if (signal.aborted) throw interrupted({ hasBegun: false, cause: signal.reason })
  const deadline = new AbortController()
  const answered = new AbortController()
  clock.sleep(deadlineMs, answered.signal).then(() => {
    if (!answered.signal.aborted) deadline.abort()
  })
  const stop = AbortSignal.any([signal, deadline.signal])
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const onStop = () => reject(deadline.signal.aborted ? late() : interrupted({ hasBegun: true, cause: signal.reason }))
  stop.addEventListener('abort', onStop, { once: true })
  try {
    return await Promise.race([act(stop), stopped])
  } finally {
    stop.removeEventListener('abort', onStop)
    answered.abort()
  }
}
