/**
 * `npm run offline`: the functions of serverless.yml in serverless-offline, on a directory, a LocalStack or whatever bucket is
 * set: `open` over HTTP, schedules firing. For who works on a function and wants it as Lambda calls it.
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { systemClock } from '../adapters/clock/system.ts'
import { stackLinks } from '../adapters/lambda/links.ts'
import { readLinkKey } from '../cli/link-key.ts'
import { localStackEnvironment } from './localstack/access.ts'
import { makeBucketAndSender } from './localstack/scratch.ts'

const help = `npm run offline [-- --port 3000 --lambda-port 3002 --localstack URL]

The functions in serverless-offline: open at http://localhost:3000/open, every function to invoke at port 3002, schedules
firing (evaluate each minute, times in UTC). They work on MONITOR_BUCKET; default: bucket/ in MONITOR_DATA_DIR, which is
vitals-data. An agent for it: npm run vitals -- agent. Mails are files under MONITOR_LOG_DIR (logs), unless MONITOR_MAIL says
otherwise.

  --localstack URL   on S3 and SES of the LocalStack that runs there (npm run localstack); the bucket is made
`

const dayMs = 86_400_000

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    'lambda-port': { type: 'string', default: '3002' },
    localstack: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) process.stdout.write(help)
else await main().catch(fail)

async function main(): Promise<void> {
  const { port, 'lambda-port': lambdaPort, localstack: url } = values
  const store = url === undefined ? onDirectory(process.env) : await onLocalStack(url.replace(/\/+$/, ''))
  offline({ port, lambdaPort, env: process.env, store })
}

/** Where functions keep what they keep: settings, over those of the shell or under them. */
interface Store {
  defaults: Readonly<Record<string, string>>
  always: Readonly<Record<string, string>>
}

function onDirectory(given: NodeJS.ProcessEnv): Store {
  return {
    defaults: {
      // Functions wake each other here; a key of any kind will do.
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
      MONITOR_MAIL: given.MONITOR_SMTP_URL ? 'smtp' : 'file',
      MONITOR_BUCKET: pathToFileURL(join(dataDirOf(given), 'bucket')).href,
    },
    always: {},
  }
}

async function onLocalStack(url: string): Promise<Store> {
  const sender = process.env.MONITOR_MAIL_FROM || 'vitals@example.com'
  const bucketUrl = await makeBucketAndSender({ url, name: 'vitals-offline', sender })
  const ofAgents = { ...localStackEnvironment(url), MONITOR_BUCKET: bucketUrl }
  process.stdout.write(`
    An agent for it, from another terminal:

    export ${Object.entries(ofAgents)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}
    npm run vitals -- agent

    mails     ${url}/_aws/ses
`)
  return {
    defaults: { MONITOR_MAIL: 'ses', MONITOR_MAIL_TO: 'you@example.com' },
    always: { ...ofAgents, MONITOR_MAIL_FROM: sender },
  }
}

function dataDirOf(given: NodeJS.ProcessEnv): string {
  return resolve(given.MONITOR_DATA_DIR || 'vitals-data')
}

interface OfflineOptions {
  port: string
  lambdaPort: string
  env: NodeJS.ProcessEnv
  store: Store
}

function offline({ port, lambdaPort, env: given, store }: OfflineOptions): void {
  const root = join(import.meta.dirname, '..')
  const stack = {
    MONITOR_SITE_URL: `http://localhost:${port}`,
    VITALS_LINK_KEY: Buffer.from(readLinkKey(dataDirOf(given)).secret).toString('hex'),
  }
  const linkTo = stackLinks({
    settings: { linkLifetimeMs: dayMs },
    clock: systemClock,
    fromStack: (name) => stack[name as keyof typeof stack],
  })
  process.stdout.write(`
    status    ${linkTo('')}
    (once it is up, and evaluate has run: it does each minute)

`)
  const args = ['offline', '--stage', 'offline', '--httpPort', port, '--lambdaPort', lambdaPort, '--localEnvironment']
  const child = spawn(join(root, 'node_modules', '.bin', 'serverless'), args, {
    cwd: root,
    env: {
      ...store.defaults,
      ...defined(given),
      ...store.always,
      // Schedules are fired in local time, and are meant in this one.
      TZ: 'UTC',
      AWS_ENDPOINT_URL_LAMBDA: `http://localhost:${lambdaPort}`,
      // Functions take relative paths below /tmp, as on Lambda.
      MONITOR_LOG_DIR: resolve(given.MONITOR_LOG_DIR || 'logs'),
      ...stack,
      PATH: `${join(root, 'node_modules', '.bin')}:${given.PATH}`,
    },
    stdio: 'inherit',
  })
  // A Ctrl-C reaches it as well; what is sent to us alone is handed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('close', (code) => process.exit(code ?? 1))
}

function fail(error: unknown): never {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}

/** Empty means unset, as with every setting. */
function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  )
}
