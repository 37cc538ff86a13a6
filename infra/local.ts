/**
 * `npm run local`: the whole of it as AWS would run it, on this machine: LocalStack, the stack deployed to it, one agent, and
 * a link to the site. Ctrl-C ends all of it, and nothing is left.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../adapters/clock/system.ts'
import { stackLinks } from '../adapters/lambda/links.ts'
import { localStackEnvironment } from './localstack/access.ts'
import { type DeployedStack, deployStack } from './localstack/deploy.ts'
import { ensureInstalled } from './localstack/install.ts'
import { startLocalStack } from './localstack/start.ts'

const help = `npm run local

Starts LocalStack (installing it first, if need be), deploys the stack of serverless.yml to it, starts an agent on this machine
that sends a snapshot every five seconds, and prints a link to the site. evaluate runs by its schedule, each minute. Settings
in the environment (MONITOR_CPU_THRESHOLD and the like) are those of the stack. Ctrl-C ends it; nothing is left.
`

const dayMs = 86_400_000
const mailFrom = 'vitals@example.com'
const mailTo = 'you@example.com'

const { values } = parseArgs({ options: { help: { type: 'boolean' } } })
if (values.help) process.stdout.write(help)
else await main()

async function main(): Promise<void> {
  const undo: (() => Promise<unknown>)[] = []
  const ending = new AbortController()
  const end = async (code: number) => {
    if (ending.signal.aborted) return
    ending.abort()
    if (undo.length > 0) say('Stopping the agent and LocalStack …')
    for (const step of undo.reverse()) await step().catch((error: Error) => say(error.message))
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))
  try {
    await run(undo, ending.signal)
  } catch (error) {
    // What breaks because it is being stopped is no news.
    if (!ending.signal.aborted) say((error as Error).message)
    await end(1)
  }
}

async function run(undo: (() => Promise<unknown>)[], signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-local-'))
  undo.push(() => rm(directory, { recursive: true, force: true }))
  const python = await ensureInstalled({ env: process.env, say })
  say('Starting LocalStack …')
  const localStack = await startLocalStack({ python, logPath: join(directory, 'localstack.log') })
  undo.push(() => localStack.stop())
  say(`LocalStack is up at ${localStack.url}. Deploying the stack (vitals deploy), some 20 seconds …`)
  const settings = settingsOfStack()
  const stack = await deployStack({ url: localStack.url, stage: 'local', settings, signal, temporary: directory })
  say('Deployed. Starting an agent …')
  const agent = startAgent({ directory, stack, url: localStack.url })
  undo.push(async () => {
    agent.kill('SIGTERM')
    await agent.ended
  })
  await untilSeen(stack)
  process.stdout.write(await greeting(stack, localStack.url))
  await Promise.race([
    localStack.died.then((tail) =>
      Promise.reject(new Error(`LocalStack ended by itself. Its log ends with:\n${tail}`)),
    ),
    agent.ended.then((code) => Promise.reject(new Error(`the agent ended by itself, with ${code}`))),
  ])
}

function settingsOfStack(): Record<string, string> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[0].startsWith('MONITOR_') && entry[1] !== undefined,
  )
  return { MONITOR_MAIL_FROM: mailFrom, MONITOR_MAIL_TO: mailTo, ...Object.fromEntries(given) }
}

function startAgent({ directory, stack, url }: { directory: string; stack: DeployedStack; url: string }) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'cli', 'main.ts'), 'agent'], {
    env: {
      ...process.env,
      ...localStackEnvironment(url),
      MONITOR_BUCKET: stack.bucketUrl,
      MONITOR_DATA_DIR: join(directory, 'data'),
      MONITOR_LOG_DIR: join(directory, 'logs'),
      MONITOR_INTERVAL: '5',
      MONITOR_BATCH: '1',
    },
    // A Ctrl-C is ours to hand on, when the rest is told.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended: new Promise<string>((resolve) => child.on('close', (code, signal) => resolve(String(signal ?? code)))),
  }
}

/** The first snapshots are evaluated at once, so that nobody waits for the schedule before there is a page. */
async function untilSeen(stack: DeployedStack): Promise<void> {
  for (;;) {
    const { answer } = await stack.invoke<{ outcome: string }[]>('evaluate')
    if (answer.some(({ outcome }) => outcome === 'committed')) return
    await systemClock.sleep(500)
  }
}

async function greeting(stack: DeployedStack, url: string): Promise<string> {
  const environment = await stack.environmentOf('notify')
  const linkTo = stackLinks({
    settings: { linkLifetimeMs: dayMs },
    clock: systemClock,
    fromStack: (name) => environment[name] ?? '',
  })
  const exports = Object.entries(localStackEnvironment(url)).map(([name, value]) => `${name}=${value}`)
  return `
  ${hostname()} is watched by the stack in LocalStack.

    status    ${linkTo('')}
    bucket    ${stack.bucketUrl}
    mails     ${url}/_aws/ses

  Ask for a report from another terminal (it is published and mailed):

    export ${exports.join(' ')}
    npx serverless invoke --stage local --function rollup
    npx serverless invoke --stage local --function report --data '{"hours": 1, "mail": true}'

  Ctrl-C ends it; nothing is left.

`
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
