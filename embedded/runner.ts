/** One function, run whenever somebody asks, never twice at the same time: what is asked meanwhile is one more run. */
import type { Log } from '../adapters/log/port.ts'

export interface Runner {
  /** Asks for a run. */
  wake(): void
  /** Resolves when a run that began after this call has ended, whatever came of it. */
  runNow(): Promise<void>
}

export function createRunner({ name, act, log }: { name: string; act: () => Promise<void>; log: Log }): Runner {
  let running: Promise<void> | undefined
  let following: Promise<void> | undefined
  const run = async () => {
    try {
      await act()
    } catch (error) {
      log.error(`${name} failed; the next run tries again`, { reason: (error as Error).message })
    }
  }
  const runNow = (): Promise<void> => {
    if (!running) {
      running = run().finally(() => {
        running = undefined
      })
      return running
    }
    following ??= running.then(() => {
      following = undefined
      return runNow()
    })
    return following
  }
  return { runNow, wake: () => void runNow() }
}
