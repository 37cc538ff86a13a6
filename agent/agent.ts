/**
 * The agent: collect, spool, ship, log; until it is told to stop, and then goodbye. A snapshot that takes long, a disk
 * that is full or a bucket that is away stops nothing.
 */
import { join } from 'node:path'
import type { Settings } from '../core/settings.ts'
import { type Change, changeBetween } from './live-settings.ts'
import type { AgentOptions } from './options.ts'
import { everyInterval } from './pace.ts'
import { change, createParts } from './parts.ts'
import { type LockedStorage, openDirectoryStorage } from './spool/directory-storage.ts'
import { openSpool } from './spool/spool.ts'
import { orTold } from './take-snapshot.ts'

export interface Agent {
  /** Resolves when the signal has aborted and all is flushed. Throws at once when another agent has the spool. */
  run(signal: AbortSignal): Promise<void>
  /** Takes other settings, and a snapshot with them at once. Logs are opened again, also when nothing has changed. */
  reload(settings: Settings): Omit<Change, 'settings'>
}

/** Two readings this far apart make the first rates. */
const primeMs = 500

export function createAgent(options: AgentOptions): Agent {
  const wish: Wish = { settings: options.settings, isNew: false, hurry: new AbortController() }
  return {
    run: (signal) => runAgent(options, { signal, wish }),
    reload: (asked) => {
      const { settings, ...change } = changeBetween(wish.settings, asked)
      wish.hurry.abort()
      Object.assign(wish, { settings, isNew: true, hurry: new AbortController() })
      return change
    },
  }
}

/** What was asked for last; the agent takes it when it is between two snapshots. */
interface Wish {
  settings: Settings
  isNew: boolean
  hurry: AbortController
}

async function runAgent(options: AgentOptions, { signal, wish }: { signal: AbortSignal; wish: Wish }): Promise<void> {
  const { settings, clock, random, log } = options
  let storage: LockedStorage | undefined
  let close = () => options.collector.close()
  try {
    storage = openDirectoryStorage(join(settings.dataDir, 'spool'), { fsync: settings.spoolFsync })
    const { spoolMaxBytes: maxBytes, spoolMaxAgeMs: maxAgeMs } = settings
    const spool = await openSpool({ storage, stream: random.hex(8), maxBytes, maxAgeMs, clock, log })
    const { live, snapshots, seal, senders, status } = createParts(options, spool)
    close = () => live.collector.close()
    const prime = async () => {
      await orTold(log, 'take the first readings', async () => {
        await live.collector.collect({ intervalMs: snapshots.intervalMs() })
      })
      await clock.sleep(primeMs, signal)
    }
    const takeOver = async () => {
      if (!wish.isNew) return
      wish.isNew = false
      const { hasNewCollector } = change(live, wish.settings, { options, spool })
      if (hasNewCollector) await prime()
    }
    const stopSending = new AbortController()
    const deadline = new AbortController()
    const sending = senders.map(({ run }) => run({ stop: stopSending.signal, deadline: deadline.signal }))
    await prime()
    signal.addEventListener('abort', () => wish.hurry.abort(), { once: true })
    const hurry = () => wish.hurry.signal
    await everyInterval({ clock, intervalMs: snapshots.intervalMs, hurry, signal }, async () => {
      await takeOver()
      await snapshots.take(signal)
    })
    await spool.add({ kind: 'goodbye', observedAtMs: clock.now() })
    await seal()
    stopSending.abort()
    const sent = new AbortController()
    const all = Promise.all(sending).finally(() => sent.abort())
    await Promise.race([all, clock.sleep(live.settings.stopWithinMs, sent.signal).then(() => deadline.abort())])
    status.stopped()
  } finally {
    close()
    storage?.close()
  }
}
