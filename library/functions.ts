/** The functions, opened when they are first needed: SDKs and the renderer are most of what the library weighs. */
import type { Log } from '../adapters/log/port.ts'
import type { Settings } from '../core/settings.ts'
import type { Functions } from '../embedded/functions.ts'

/** They are opened once, and again after a failure. */
export function functionsOpener(options: { settings: Settings; log: Log }): () => Promise<Functions> {
  let opened: Promise<Functions> | undefined
  return () => {
    opened ??= import('../embedded/functions.ts')
      .then(({ composeFunctions }) => composeFunctions({ ...options, env: process.env }))
      .catch((error: unknown) => {
        opened = undefined
        throw error
      })
    return opened
  }
}
