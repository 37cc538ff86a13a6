import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** All of these at once, a worker a core: vitest itself is idle while they run, and by default keeps a core for that. */
const together = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } }
/** After them and one by one: these load the machine, and watch how loaded it is. */
const alone = { fileParallelism: false, sequence: { groupOrder: 2 } }

/** One project a kind of test: what it needs and how long it may take differ. */
export default defineConfig({
  test: {
    projects: [
      // In one process a worker: nothing mocks a module, and starting each file anew took as long as its tests.
      { test: { ...together, name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000, isolate: false } },
      { test: { ...together, name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { ...together, name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 600_000 } },
      {
        test: {
          ...alone,
          name: 'localstack',
          include: ['test/localstack/**/*.test.ts'],
          globalSetup: ['test/localstack/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...alone,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
