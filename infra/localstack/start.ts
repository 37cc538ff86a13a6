/** Starts LocalStack on a port of its own, in directories of its own, and stops it. */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../supervised/free-port.ts'
import { type Supervised, startSupervised } from '../supervised/start.ts'
import { checkHealth, type ServiceName, services } from './health.ts'

/** To stop it stops all functions that run; what it holds is gone. */
export interface LocalStack extends Supervised {
  url: string
}

export interface StartOptions {
  /** Of the venv: see install.ts. */
  python: string
  /** Absent or 0: a free one. */
  port?: number
  /** Where its log goes. */
  logPath: string
  /** Absent: all that the stack needs. Fewer start sooner. */
  needed?: readonly ServiceName[]
}

/**
 * Resolves when every service runs. Throws with the end of the log. It ends with the process that started it, however that
 * ends.
 */
export async function startLocalStack({
  python,
  port: wanted,
  logPath,
  needed = services,
}: StartOptions): Promise<LocalStack> {
  const port = await freePort(wanted)
  const root = await mkdtemp(join(tmpdir(), 'vitals-localstack-'))
  for (const name of ['tmp', 'groups']) await mkdir(join(root, name))
  const url = `http://127.0.0.1:${port}`
  const running = await startSupervised({
    title: 'LocalStack',
    directory: root,
    command: [python, '-m', 'localstack.runtime.main'],
    env: environment({ port, root, needed }),
    logPath,
    isReady: async () => {
      if (!/^Ready\.$/m.test(readFileSync(logPath, 'utf8'))) return false
      await checkHealth(url, { accepted: ['running'], needed })
      return true
    },
  })
  return { url, ...running }
}

interface Environment {
  port: number
  root: string
  needed: readonly ServiceName[]
}

/** Nothing of the caller's settings or credentials. */
function environment({ port, root, needed }: Environment): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: root,
    TMPDIR: join(root, 'tmp'),
    FILESYSTEM_ROOT: root,
    PYTHONPATH: join(import.meta.dirname, 'executor'),
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // Addresses of functions are names below it, and browsers look those up by themselves: an address would not do.
    LOCALSTACK_HOST: `localhost:${port}`,
    SERVICES: needed.join(','),
    STRICT_SERVICE_LOADING: '1',
    EAGER_SERVICE_LOADING: '1',
    SQS_ENDPOINT_STRATEGY: 'path',
    // How full queues are: as often as alarms of a test look, seconds. AWS tells it each minute.
    SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL: '5',
    DNS_ADDRESS: '0',
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    LAMBDA_RUNTIME_EXECUTOR: 'vitals',
    // For the executor: what functions run on, and where it lists them for the supervisor.
    VITALS_NODE: process.execPath,
    VITALS_PROCESS_GROUPS: join(root, 'groups'),
  }
}
