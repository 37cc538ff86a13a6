/** One LocalStack for all files of a project. One that is given by VITALS_LOCALSTACK_URL is used instead, and left. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { checkHealth } from '../../infra/localstack/health.ts'
import { ensureInstalled } from '../../infra/localstack/install.ts'
import { startLocalStack } from '../../infra/localstack/start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    localstackUrl: string
  }
}

const results = join(import.meta.dirname, '..', '..', 'test-results')

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.VITALS_LOCALSTACK_URL
  if (given) {
    await checkHealth(given)
    project.provide('localstackUrl', given)
    return undefined
  }
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const python = await ensureInstalled({ env: process.env, say })
  await mkdir(results, { recursive: true })
  const startMs = performance.now()
  const running = await startLocalStack({ python, logPath: join(results, `${project.name}.log`) })
  say(`LocalStack started in ${((performance.now() - startMs) / 1_000).toFixed(1)} s: ${running.url}`)
  running.died.then((tail) => say(`LocalStack ended in the middle of the tests. Its log ends with:\n${tail}`))
  project.provide('localstackUrl', running.url)
  // Fails the run when it ended in the middle.
  return running.stop
}
