/** Starts LocalStack on a port of its own, in directories of its own, and stops it. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkHealth, services } from './health.ts'

const startMs = 120_000
const lookEveryMs = 100
const tailLines = 30

export interface LocalStack {
  url: string
  /** The end of its log. */
  logTail(): string
  /** Resolves with the end of the log when it ends by itself. */
  died: Promise<string>
  /** With all functions that run; what it holds is gone. Throws when it had ended by itself. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Of the venv: see install.ts. */
  python: string
  /** Absent or 0: a free one. */
  port?: number
  /** Where its log goes. */
  logPath: string
}

/**
 * Resolves when every service runs. Throws with the end of the log. It ends with the process that started it, however that
 * ends.
 */
export async function startLocalStack({ python, port: wanted, logPath }: StartOptions): Promise<LocalStack> {
  const port = await freePort(wanted)
  const root = await mkdtemp(join(tmpdir(), 'vitals-localstack-'))
  for (const name of ['tmp', 'groups']) await mkdir(join(root, name))
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
  // It may be gone when we close it.
  child.stdin?.on('error', () => undefined)
  const url = `http://127.0.0.1:${port}`
  const logTail = () => readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  let isStopping = false
  // The supervisor answers 0 when it was told to end it, and it was there.
  const isExpected = code.then((value) => isStopping && value === 0)
  const stop = async () => {
    isStopping = true
    child.stdin?.end()
    if (!(await isExpected)) throw new Error(`LocalStack had ended by itself; its log is ${logPath}`)
  }
  const died = new Promise<string>((resolve) => {
    isExpected.then((expected) => {
      if (!expected) resolve(logTail())
    })
  })
  const starting = new AbortController()
  try {
    await Promise.race([
      untilReady({ logPath, signal: starting.signal }),
      died.then(() => Promise.reject(new Error('LocalStack ended while it started'))),
    ])
    await checkHealth(url, ['running'])
  } catch (cause) {
    starting.abort()
    await stop().catch(() => undefined)
    throw new Error(`${(cause as Error).message}. Its log, ${logPath}, ends with:\n${logTail()}`, { cause })
  }
  return { url, logTail, died, stop }
}

async function untilReady({ logPath, signal }: { logPath: string; signal: AbortSignal }): Promise<void> {
  const endMs = performance.now() + startMs
  while (!/^Ready\.$/m.test(readFileSync(logPath, 'utf8'))) {
    if (performance.now() > endMs) throw new Error(`LocalStack was not ready within ${startMs / 1_000} s`)
    await delay(lookEveryMs, undefined, { signal })
  }
}

/** Nothing of the caller's settings or credentials. */
function environment({ port, root }: { port: number; root: string }): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: root,
    TMPDIR: join(root, 'tmp'),
    FILESYSTEM_ROOT: root,
    PYTHONPATH: join(import.meta.dirname, 'executor'),
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
    // For the executor: what functions run on, and where it lists them for supervise.mjs.
    VITALS_NODE: process.execPath,
    VITALS_PROCESS_GROUPS: join(root, 'groups'),
  }
}

/** `wanted`, or any when it is 0. Throws when it is taken. */
export async function freePort(wanted = 0): Promise<number> {
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
