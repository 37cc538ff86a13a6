import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** All of these at once, a worker a core: vitest itself is idle while they run, and by default keeps a core for that. */
const together = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } }
/** Real processes, which mostly wait: as many at once, and nothing beside them. */
const processes = { maxWorkers: availableParallelism(), sequence: { groupOrder: 2 } }
/** After them and one by one: these load the machine, and watch how loaded it is. */
const alone = { fileParallelism: false, sequence: { groupOrder: 3 } }
const loaded = ['agent', 'local', 'robust', 'start', 'stop', 'story', 'top'].map((name) => `test/e2e/${name}.test.ts`)

/** One LocalStack for all of them. */
const localstack = {
  globalSetup: ['test/localstack/setup.ts'],
  setupFiles: ['test/localstack/ready.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
}
/** What runs in Lambda, is deployed, or keeps LocalStack busy for as long as a caller waits. */
const deployed = [
  'test/localstack/lambda/**/*.test.ts',
  'test/localstack/{cloudwatch,offline,story,template,up}.test.ts',
]

const e2e = { testTimeout: 120_000, hookTimeout: 60_000 }

/** One project a kind of test: what it needs and how long it may take differ. */
export default defineConfig({
  test: {
    projects: [
      // In one process a worker: nothing mocks a module, and starting each file anew took as long as its tests.
      { test: { ...together, name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000, isolate: false } },
      { test: { ...together, name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { ...together, name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 600_000 } },
      {
        test: { ...together, ...localstack, name: 'store', include: ['test/localstack/*.test.ts'], exclude: deployed },
      },
      { test: { ...processes, ...e2e, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: loaded } },
      { test: { ...alone, ...e2e, name: 'e2e-alone', include: loaded } },
      { test: { ...alone, ...localstack, name: 'localstack', include: deployed } },
    ],
  },
})
