/**
 * One LocalStack for all projects, which starts while tests run that need none: ready.ts waits for it. One that is given by
 * VITALS_LOCALSTACK_URL is used instead, and left.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { checkHealth } from '../../infra/localstack/health.ts'
import { ensureInstalled } from '../../infra/localstack/install.ts'
import { type LocalStack, startLocalStack } from '../../infra/localstack/start.ts'
import { freePort } from '../../infra/supervised/free-port.ts'

declare module 'vitest' {
  interface ProvidedContext {
    localstackUrl: string
    /** A file that says why it did not start, if it did not; empty: it runs already. */
    localstackFailure: string
  }
}

interface Shared {
  url: string
  running: Promise<LocalStack>
  /** Projects that use it. */
  users: number
}

/** Each project loads this module by itself. */
const everyone = globalThis as { vitalsLocalStack?: Promise<Shared> | undefined }

const results = join(import.meta.dirname, '..', '..', 'test-results')
const failure = join(results, 'localstack.failure.txt')
const say = (text: string) => process.stderr.write(`${text}\n`)

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.VITALS_LOCALSTACK_URL
  if (given) {
    await checkHealth(given)
    project.provide('localstackUrl', given)
    project.provide('localstackFailure', '')
    return undefined
  }
  everyone.vitalsLocalStack ??= begin()
  const shared = await everyone.vitalsLocalStack
  shared.users += 1
  project.provide('localstackUrl', shared.url)
  project.provide('localstackFailure', failure)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    everyone.vitalsLocalStack = undefined
    // Fails the run when it did not start, or ended in the middle.
    await (await shared.running).stop()
  }
}

async function begin(): Promise<Shared> {
  await mkdir(results, { recursive: true })
  await rm(failure, { force: true })
  const python = await ensureInstalled({ env: process.env, say })
  const port = await freePort()
  const running = start({ python, port })
  running.catch((error: Error) => writeFile(failure, error.message))
  return { url: `http://127.0.0.1:${port}`, running, users: 0 }
}

async function start(how: { python: string; port: number }): Promise<LocalStack> {
  const startMs = performance.now()
  const running = await startLocalStack({ ...how, logPath: join(results, 'localstack.log') })
  say(`LocalStack started in ${((performance.now() - startMs) / 1_000).toFixed(1)} s: ${running.url}`)
  running.died.then((tail) => say(`LocalStack ended in the middle of the tests. Its log ends with:\n${tail}`))
  return running
}
