/** A store on a port of its own, with nothing in it; all that it holds goes with it. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../supervised/free-port.ts'
import { type Supervised, startSupervised } from '../supervised/start.ts'
import { pinnedStores, type StoreName } from './pins.ts'

export interface RunningStore extends Supervised {
  url: string
  access: Access
}

interface Access {
  accessKeyId: string
  secretAccessKey: string
}

const region = 'us-east-1'
const answerMs = 2_000

interface Way {
  args: (place: { address: string; data: string; users: string }) => string[]
  env: (access: Access) => Record<string, string>
  /** Answers 200 when requests are taken. */
  healthPath: string
}

const ways: Record<StoreName, Way> = {
  minio: {
    args: ({ address, data }) => ['server', '--quiet', '--address', address, data],
    env: ({ accessKeyId, secretAccessKey }) => ({
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
      MINIO_SITE_REGION: region,
      // No web console, and nobody is asked for a newer version.
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    }),
    healthPath: '/minio/health/ready',
  },
  versitygw: {
    args: ({ address, data, users }) => [
      ...['--quiet', '--port', address, '--region', region, '--health', '/health', '--iam-dir', users],
      ...['posix', data],
    ],
    env: ({ accessKeyId, secretAccessKey }) => ({
      ROOT_ACCESS_KEY_ID: accessKeyId,
      ROOT_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    healthPath: '/health',
  },
}

/** Resolves when it takes requests. It ends with the process that started it, however that ends. */
export async function startStore(
  name: StoreName,
  { command, logPath }: { command: string; logPath: string },
): Promise<RunningStore> {
  const { args, env, healthPath } = ways[name]
  const address = `127.0.0.1:${await freePort()}`
  const directory = await mkdtemp(join(tmpdir(), `vitals-${name}-`))
  const [data, users] = [join(directory, 'data'), join(directory, 'users')] as const
  for (const path of [data, users]) await mkdir(path)
  const access = { accessKeyId: `vitals-${name}`, secretAccessKey: randomBytes(16).toString('hex') }
  const url = `http://${address}`
  const running = await startSupervised({
    title: pinnedStores[name].title,
    directory,
    command: [command, ...args({ address, data, users })],
    env: { PATH: process.env.PATH ?? '', HOME: directory, TMPDIR: directory, ...env(access) },
    logPath,
    isReady: () => answersWell(`${url}${healthPath}`),
  })
  return { url, access, ...running }
}

/** What speaks to AWS speaks to the store with these in its environment. */
export function storeEnvironment({ url, access }: Pick<RunningStore, 'url' | 'access'>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: access.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
    AWS_REGION: region,
  }
}

async function answersWell(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(answerMs) })).ok
  } catch {
    // Nothing listens there yet.
    return false
  }
}
