/** A command of the installation: waited for, its words told when it fails. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Enough for the slowest network that is worth waiting for. */
const limitMs = 15 * 60_000
const outputMaxBytes = 64 * 1024 * 1024
const toldLines = 5

export type Environment = Readonly<Record<string, string | undefined>>

/** Tells a person who waits. */
export type Say = (text: string) => void

/** What it printed. Throws the end of what it said. */
export async function execute(command: string, args: readonly string[], env: Environment): Promise<string> {
  try {
    const options = { env: env as NodeJS.ProcessEnv, timeout: limitMs, maxBuffer: outputMaxBytes }
    return (await run(command, args, options)).stdout.trim()
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string }
    const said = stderr.trim().split('\n').slice(-toldLines).join('\n')
    throw new Error(`${command} ${args.join(' ')} failed: ${said || message}`, { cause })
  }
}
