/**
 * What a monitor is at a time. Whoever asks for what is under way already gets that.
 *
 *     idle -- start() --> starting --> running -- stop() --> stopping --> idle
 *      ^                     | fails      | ends by itself
 *      '---------------------'------------'
 */
import type { Session } from './session.ts'

export interface Lifecycle {
  /** Rejects with why it could not. While it is being stopped it waits for the end of that. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Absent: it does not run. */
  session(): Session | undefined
}

export function createLifecycle({
  open,
  onEnded,
}: {
  open(): Promise<Session>
  /** After each session; with why, where nobody had asked for its end. */
  onEnded(error?: Error): void
}): Lifecycle {
  let session: Session | undefined
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined

  const begin = async (before: Promise<void> | undefined, forget: () => void) => {
    await before?.catch(() => undefined)
    const opened = await open()
    session = opened
    opened.ended.catch((error: Error) => {
      if (session !== opened) return
      session = undefined
      // Not the start of the next one, which may be under way.
      forget()
      onEnded(error)
    })
  }
  const end = async (begun: Promise<void>) => {
    await begun.catch(() => undefined)
    const ending = session
    if (!ending) return
    session = undefined
    await ending.stop().finally(() => onEnded())
  }
  return {
    start: () => {
      if (starting) return starting
      const forget = () => {
        if (starting === begun) starting = undefined
      }
      const begun = begin(stopping, forget).catch((error: unknown) => {
        forget()
        throw error
      })
      starting = begun
      return begun
    },
    stop: () => {
      if (!starting) return stopping ?? Promise.resolve()
      const ended = end(starting).finally(() => {
        if (stopping === ended) stopping = undefined
      })
      stopping = ended
      starting = undefined
      return ended
    },
    session: () => session,
  }
}
