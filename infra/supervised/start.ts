/** A service that ends, with its directory and all that it started, when we do, however that comes. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const startWithinMs = 120_000
const lookEveryMs = 100
const tailLines = 30

export interface Supervised {
  /** The end of its log. */
  logTail(): string
  /** Resolves with the end of the log when it ends by itself. */
  died: Promise<string>
  /** Throws when it had ended by itself. */
  stop(): Promise<void>
}

export interface SupervisedOptions {
  /** For messages: `LocalStack`. */
  title: string
  /** Its own; goes with it. */
  directory: string
  command: readonly [program: string, ...args: string[]]
  /** All that it is given. */
  env: Readonly<Record<string, string>>
  logPath: string
  /** Asked every tenth of a second until it says yes. Throws: it will never be. */
  isReady: () => boolean | Promise<boolean>
}

/** Resolves when it is ready. Throws with the end of the log. */
export async function startSupervised(options: SupervisedOptions): Promise<Supervised> {
  const { title, directory, command, env, logPath, isReady } = options
  const log = openSync(logPath, 'w')
  const supervisor = join(import.meta.dirname, 'supervise.mjs')
  const child = spawn(process.execPath, [supervisor, directory, ...command], {
    env,
    cwd: directory,
    // Of its own: a Ctrl-C is ours to handle.
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  // It may be gone when we close it.
  child.stdin?.on('error', () => undefined)
  const logTail = () => readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  let isStopping = false
  // The supervisor answers 0 when it was told to end it, and it was there.
  const isExpected = code.then((value) => isStopping && value === 0)
  const stop = async () => {
    isStopping = true
    child.stdin?.end()
    if (!(await isExpected)) throw new Error(`${title} had ended by itself; its log is ${logPath}`)
  }
  const died = new Promise<string>((resolve) => {
    isExpected.then((expected) => {
      if (!expected) resolve(logTail())
    })
  })
  const starting = new AbortController()
  try {
    await Promise.race([
      untilReady({ title, isReady, signal: starting.signal }),
      died.then(() => Promise.reject(new Error(`${title} ended while it started`))),
    ])
  } catch (cause) {
    starting.abort()
    await stop().catch(() => undefined)
    throw new Error(`${(cause as Error).message}. Its log, ${logPath}, ends with:\n${logTail()}`, { cause })
  }
  return { logTail, died, stop }
}

async function untilReady({
  title,
  isReady,
  signal,
}: Pick<SupervisedOptions, 'title' | 'isReady'> & { signal: AbortSignal }): Promise<void> {
  const endMs = performance.now() + startWithinMs
  while (!(await isReady())) {
    if (performance.now() > endMs) throw new Error(`${title} was not ready within ${startWithinMs / 1_000} s`)
    await delay(lookEveryMs, undefined, { signal })
  }
}
