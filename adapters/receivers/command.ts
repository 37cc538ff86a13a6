/**
 * Notices to a program of this machine: one run a message, no shell, the message as JSON on its standard input. Its exit status
 * tells how it went (sysexits.h):
 *
 *     0              told
 *     75             nobody was told; again later (EX_TEMPFAIL)
 *     64 to 78       nobody was told, and never will be
 *     others, or a signal, or the deadline     somebody may have been told; again later
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { oneLine } from '../../core/view/line.ts'
import { vitalsPayload } from './payload/vitals.ts'
import { type ReceiverLimits, retryPolicies } from './policy.ts'
import { type Receiver, ReceiverError, type RetryPolicy } from './port.ts'

export interface CommandOptions extends ReceiverLimits {
  /** An absolute path, and arguments as they are. */
  command: readonly string[]
  /** All of its environment: secrets of this process are not its business. */
  env: Readonly<Record<string, string>>
  retry?: RetryPolicy
}

const temporaryFailure = 75
const lastOfSysexits = 78
const firstOfSysexits = 64
const mostReason = 300

export function createCommandReceiver(options: CommandOptions): Receiver {
  const { command, env, retry = retryPolicies.command, ...limits } = options
  const [program = '', ...words] = command
  return {
    ...limits,
    destination: program,
    reachesSomebody: true,
    retry,
    send: async (message, { signal }) => {
      if (signal.aborted) throw new ReceiverError('interrupted', { effect: 'none' })
      // Its own group: what it started goes with it.
      const child = spawn(program, words, { env, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
      const kill = () => killGroup(child)
      signal.addEventListener('abort', kill, { once: true })
      try {
        const ended = await run(child, JSON.stringify(vitalsPayload(message)), program)
        if (ended.status === 0) return { messageId: message.id, where: program }
        throw failure(ended, program)
      } finally {
        signal.removeEventListener('abort', kill)
      }
    },
  }
}

interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  said: string
}

async function run(child: ChildProcess, input: string, program: string): Promise<Ended> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < mostReason) said += text
  })
  // One that does not read what it is told may still be right.
  child.stdin?.on('error', () => {})
  child.stdin?.end(`${input}\n`)
  try {
    // Not `close`: what it left running behind it may hold its standard error for ever.
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return { status, signal, said }
  } catch (cause) {
    throw new ReceiverError(`${program}: ${(cause as Error).message}`, { effect: 'none', cause })
  } finally {
    child.stderr?.destroy()
  }
}

function failure({ status, signal, said }: Ended, program: string): ReceiverError {
  const ending = status === null ? `was ended by ${signal}` : `ended with ${status}`
  const words = [`${program} ${ending}`, oneLine(said).slice(0, mostReason)].filter((word) => word !== '').join(': ')
  if (status === temporaryFailure) return new ReceiverError(words, { effect: 'none' })
  const isFinal = status !== null && status >= firstOfSysexits && status <= lastOfSysexits
  return new ReceiverError(words, isFinal ? { effect: 'none', retry: 'never' } : {})
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
