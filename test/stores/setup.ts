/** The store that the project is named after, for all of its files. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensureStore } from '../../infra/stores/install.ts'
import { pinnedStores, type StoreName } from '../../infra/stores/pins.ts'
import { type RunningStore, startStore } from '../../infra/stores/start.ts'

declare module 'vitest' {
  interface ProvidedContext {
    store: Pick<RunningStore, 'url' | 'access'> & { name: StoreName; command: string }
  }
}

const results = join(import.meta.dirname, '..', '..', 'test-results')

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const name = project.name as StoreName
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const command = await ensureStore(name, { env: process.env, say })
  await mkdir(results, { recursive: true })
  const { url, access, died, stop } = await startStore(name, { command, logPath: join(results, `${name}.log`) })
  say(`${pinnedStores[name].title} is up: ${url}`)
  died.then((tail) => say(`${name} ended in the middle of the tests. Its log ends with:\n${tail}`))
  project.provide('store', { name, url, access, command })
  // Fails the run when it ended in the middle.
  return stop
}
