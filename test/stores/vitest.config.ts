import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { storeNames } from '../../infra/stores/pins.ts'

const long = { testTimeout: 300_000, hookTimeout: 120_000, maxWorkers: availableParallelism() }

/** A project a store: what every store is asked, and what that one does otherwise. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    projects: [
      ...storeNames.map((name) => ({
        test: {
          ...long,
          name,
          include: ['test/stores/*.test.ts', `test/stores/${name}/*.test.ts`],
          globalSetup: ['test/stores/setup.ts'],
        },
      })),
      { test: { ...long, name: 'without-conditions', include: ['test/stores/without-conditions/*.test.ts'] } },
    ],
  },
})
