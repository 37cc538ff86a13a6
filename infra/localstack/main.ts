/** `npm run localstack`: brings LocalStack if it is missing, starts it, and says how to speak to it. Ctrl-C ends it. */
import { mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './install.ts'
import { startLocalStack } from './start.ts'

const help = `npm run localstack [-- --port 4566]

LocalStack 4.14.0, without Docker and without an account; Lambda functions are Node processes. The first start installs it
(some ten seconds; it needs Python 3.12 or 3.13). What it holds is gone when it ends.

  --port N     default: any that is free
  --install    only install it
  --help
`

await main().catch(fail)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, install: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return void process.stdout.write(help)
  const port = parsePort(values.port)
  const python = await ensureInstalled({ env: process.env, say })
  if (!values.install) await runUntilStopped({ python, port })
}

async function runUntilStopped({ python, port }: { python: string; port: number }): Promise<void> {
  const logs = await mkdtemp(join(tmpdir(), 'vitals-localstack-log-'))
  const logPath = join(logs, 'localstack.log')
  say('Starting LocalStack, some ten seconds …')
  const running = await startLocalStack({ python, port, logPath }).catch(async (error) => {
    // Kept if there is a log in it.
    await rmdir(logs).catch(() => undefined)
    throw error
  })
  const stop = async () => {
    say('Stopping LocalStack …')
    await running.stop()
    await rm(logs, { recursive: true, force: true })
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop().catch(fail))
  process.stdout.write(`LocalStack is up; its log is ${logPath}. Speak to it with:

  export AWS_ENDPOINT_URL=${running.url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

`)
  const tail = await running.died
  throw new Error(`LocalStack ended by itself. Its log, ${logPath}, ends with:\n${tail}`)
}

function parsePort(text = '0'): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`--port ${text}: expected a whole number from 0 to 65535`)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function fail(error: unknown): never {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
