/** `npm run offline` in a process of its own, on ports of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { freePort } from '../../infra/supervised/free-port.ts'
import { until } from './vitals.ts'

const script = join(import.meta.dirname, '..', '..', 'infra', 'offline.ts')

export interface Offline {
  directory: string
  output(): string
  /** The status page, with its signature. */
  link: string
  /** By the SDK, at the port where Lambda's API is. */
  invoke(name: string): Promise<unknown>
  close(): Promise<void>
}

/** Resolves when it is up. It is given nothing of the shell's settings. */
export async function startOffline(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Offline> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-offline-'))
  const lambdaPort = String(await freePort())
  const ports = ['--port', String(await freePort()), '--lambda-port', lambdaPort]
  const child = spawn(process.execPath, [script, ...ports, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      MONITOR_DATA_DIR: join(directory, 'data'),
      MONITOR_LOG_DIR: join(directory, 'logs'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()))
  const close = async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    }
    await rm(directory, { recursive: true, force: true })
  }
  const lambda = new LambdaClient({
    endpoint: `http://localhost:${lambdaPort}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  try {
    await until('serverless-offline to be up', () => output.includes('Server ready'), {
      timeoutMs: 90_000,
      child: { output: () => output },
    })
  } catch (error) {
    await close()
    throw error
  }
  return {
    directory,
    output: () => output,
    link: /http:\S+\/open\?token=\S+/.exec(output)?.[0] ?? '',
    invoke: async (name) => {
      const command = new InvokeCommand({ FunctionName: `vitals-offline-${name}`, Payload: '{}' })
      return JSON.parse(Buffer.from((await lambda.send(command)).Payload ?? []).toString())
    },
    close,
  }
}
