import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { storeNames } from '../../infra/stores/pins.ts'

/** A project a store: what every store is asked, and what that one does otherwise. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    projects: storeNames.map((name) => ({
      test: {
        name,
        include: ['test/stores/*.test.ts', `test/stores/${name}/*.test.ts`],
        globalSetup: ['test/stores/setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        maxWorkers: availableParallelism(),
      },
    })),
  },
})
