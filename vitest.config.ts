import { defineConfig } from 'vitest/config'

/** One project a kind of test: what it needs and how long it may take differ. */
export default defineConfig({
  test: {
    projects: [
      // Together in one process a core: nothing mocks a module, and starting each file anew took as long as its tests.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000, isolate: false } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // After all others: these load the machine, and watch how loaded it is.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
