/** Wakes another function at once, and does not wait for what it does. */
import type { Log } from '../log/port.ts'
import { createInvoker } from './invoke.ts'

/** Never throws: whom nobody wakes, its own schedule does. */
export function createWaker({ functionName, log }: { functionName: string; log: Log }): () => Promise<void> {
  const invoke = createInvoker(functionName)
  return async () => {
    try {
      await invoke()
    } catch (error) {
      log.warn('a function could not be woken; its schedule does it', {
        called: functionName,
        reason: (error as Error).message,
      })
    }
  }
}
