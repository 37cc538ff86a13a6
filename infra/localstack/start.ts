/** Starts LocalStack on a port of its own, in directories of its own, and stops it. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const services = [
  's3',
  'sqs',
  'sns',
  'ses',
  'cloudwatch',
  'logs',
  'events',
  'scheduler',
  'iam',
  'sts',
  'cloudformation',
  'lambda',
  'secretsmanager',
  'ssm',
]

const startMs = 120_000
const lookEveryMs = 200
const tailLines = 30

export interface LocalStack {
  url: string
  /** The end of its log. */
  logTail(): string
  /** Resolves with the end of the log when it ends by itself. */
  died: Promise<string>
  stop(): Promise<void>
}

export interface StartOptions {
  /** Of the venv: see install.ts. */
  python: string
  /** Absent: a free one. */
  port?: number
  /** Where its log goes. */
  logPath: string
}

/** Resolves when every service runs. Throws with the end of the log. */
export async function startLocalStack({ python, port: wanted, logPath }: StartOptions): Promise<LocalStack> {
  const port = await freePort(wanted)
  const root = await mkdtemp(join(tmpdir(), 'vitals-localstack-'))
  await mkdir(join(root, 'tmp'))
  const log = openSync(logPath, 'w')
  const supervisor = join(import.meta.dirname, 'supervise.mjs')
  const child = spawn(process.execPath, [supervisor, root, python, '-m', 'localstack.runtime.main'], {
    env: environment({ port, root }),
    cwd: root,
    // Of its own: a Ctrl-C is ours to handle.
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const url = `http://127.0.0.1:${port}`
  const logTail = () => readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let isStopping = false
  const stop = async () => {
    isStopping = true
    child.stdin?.end()
    await ended
  }
  const died = new Promise<string>((resolve) => {
    ended.then(() => {
      if (!isStopping) resolve(logTail())
    })
  })
  try {
    await Promise.race([
      untilRunning(url),
      died.then(() => Promise.reject(new Error('LocalStack ended while it started'))),
    ])
  } catch (cause) {
    await stop()
    throw new Error(`${(cause as Error).message}. Its log, ${logPath}, ends with:\n${logTail()}`, { cause })
  }
  return { url, logTail, died, stop }
}

/** Throws when a service is not running: LocalStack says `Ready.` even when most have failed to load. */
export async function checkHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/_localstack/health`)
  const { services: states } = (await response.json()) as { services: Record<string, string> }
  const missing = services.filter((name) => states[name] !== 'running' && states[name] !== 'available')
  if (missing.length === 0) return
  const listed = missing.map((name) => `${name} is ${states[name] ?? 'unknown'}`).join(', ')
  throw new Error(`LocalStack at ${url}: ${listed}: expected every one to be running`)
}

async function untilRunning(url: string): Promise<void> {
  const endMs = performance.now() + startMs
  for (;;) {
    const problem = await checkHealth(url).then(
      () => undefined,
      (error: Error) => error,
    )
    if (!problem) return
    if (performance.now() > endMs)
      throw new Error(`LocalStack was not up within ${startMs / 1_000} s: ${problem.message}`)
    await delay(lookEveryMs)
  }
}

/** Nothing of the caller's settings or credentials. */
function environment({ port, root }: { port: number; root: string }): Record<string, string> {
  const executor = join(import.meta.dirname, 'executor')
  return {
    PATH: process.env.PATH ?? '',
    HOME: root,
    TMPDIR: join(root, 'tmp'),
    FILESYSTEM_ROOT: root,
    PYTHONPATH: executor,
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // Addresses of functions are names below it, and browsers look those up by themselves: an address would not do.
    LOCALSTACK_HOST: `localhost:${port}`,
    SERVICES: services.join(','),
    STRICT_SERVICE_LOADING: '1',
    EAGER_SERVICE_LOADING: '1',
    SQS_ENDPOINT_STRATEGY: 'path',
    DNS_ADDRESS: '0',
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    LAMBDA_RUNTIME_EXECUTOR: 'vitals',
    VITALS_NODE: process.execPath,
  }
}

async function freePort(wanted = 0): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${wanted} of 127.0.0.1 is taken: name another, or end what listens there`, { cause: error })
          : error,
      ),
    )
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
