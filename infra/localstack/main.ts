/** `npm run localstack`: brings LocalStack if it is missing, starts it, and says how to speak to it. Ctrl-C ends it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cacheDirectory, ensureInstalled } from './install.ts'
import { startLocalStack } from './start.ts'

const help = `npm run localstack [-- --port 4566]

LocalStack 4.14.0, without Docker and without an account; Lambda functions are Node processes. The first start installs it
(some ten seconds; Python 3.12 or 3.13 is needed). What it holds is gone when it ends.

  --port N     default: any that is free
  --install    only install it
  --help
`

const { values } = parseArgs({
  options: { port: { type: 'string' }, install: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help) process.stdout.write(help)
else await main().catch(fail)

async function main(): Promise<void> {
  const port = values.port === undefined ? 0 : Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port}: expected a whole number from 0 to 65535`)
  }
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const python = await ensureInstalled({ env: process.env, say })
  if (values.install) return
  const logPath = join(cacheDirectory(process.env), 'localstack.log')
  await mkdir(cacheDirectory(process.env), { recursive: true })
  say('Starting LocalStack, some ten seconds …')
  const running = await startLocalStack({ python, port, logPath })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      say('Stopping LocalStack …')
      running.stop().then(() => process.exit(0), fail)
    })
  }
  process.stdout.write(`LocalStack is up; its log is ${logPath}. Speak to it with:

  export AWS_ENDPOINT_URL=${running.url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

`)
  const tail = await running.died
  throw new Error(`LocalStack ended by itself. Its log ends with:\n${tail}`)
}

function fail(error: unknown): never {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
