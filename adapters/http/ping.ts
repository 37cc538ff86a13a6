/** Asks for an address, so that whoever listens there knows that somebody is alive: a dead man's switch. */
import type { Settings } from '../../core/settings.ts'

/** Rejects with a message that leaves out the address, whose path is often a secret. */
export type Ping = () => Promise<void>

const deadlineMs = 5_000

/** `undefined`: nobody is to be asked. */
export function openPing({ heartbeatUrl }: Pick<Settings, 'heartbeatUrl'>): Ping | undefined {
  return heartbeatUrl === undefined ? undefined : createPing({ url: heartbeatUrl, deadlineMs })
}

export function createPing({ url, deadlineMs }: { url: string; deadlineMs: number }): Ping {
  return async () => {
    const { host } = new URL(url)
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(deadlineMs), redirect: 'follow' })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    } catch (error) {
      const { name, message, cause } = error as Error
      const reason = name === 'TimeoutError' ? `no answer in ${deadlineMs / 1_000} s` : (reasonOf(cause) ?? message)
      throw new Error(`${host}: ${reason.replaceAll(url, host)}`)
    }
  }
}

/** fetch says only `fetch failed`; what failed is its cause. */
function reasonOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined
}
