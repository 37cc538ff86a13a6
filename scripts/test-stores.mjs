/**
 * `npm run test:stores`: builds MinIO and versitygw if they are not there, runs them, and what a store must do against each;
 * arguments go to vitest. The last line counts, as that of `npm test`.
 */
import { join } from 'node:path'
import { conclude, runTests } from './count-tests.mjs'
import { ensurePackages, node, root, run, say } from './packages.mjs'

await ensurePackages()
const built = await run(node, [join(root, 'infra', 'stores', 'main.ts')])
if (built !== 0) conclude({ passed: 0, failed: 1, skipped: 0 })
say('Tests: the bucket contract, races, the crash simulation and the whole way of the data, on each store')
conclude(await runTests(['--config', join('test', 'stores', 'vitest.config.ts'), ...process.argv.slice(2)]))
