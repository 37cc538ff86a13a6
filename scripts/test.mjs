/**
 * `npm test`: brings all that is needed, then runs every check and every test; arguments go to vitest. The last line
 * counts what the runner's own report says; each check counts as one test.
 */
import { join } from 'node:path'
import { runChecks } from './checks.mjs'
import { ensureChromium } from './chromium.mjs'
import { conclude, runTests } from './count-tests.mjs'
import { ensurePackages, env, node, root, run, say } from './packages.mjs'
import { ensureSystemTools } from './system-tools.mjs'

await ensurePackages()
const chromium = await ensureChromium()
await ensureSystemTools()
const localStackStatus = await run(node, [join(root, 'infra', 'localstack', 'main.ts'), '--install'])

say('Checks: types, lint and format, dead code, lock file, licences, secrets (each counts as a test)')
const checks = await runChecks()
say('Tests: unit, contract and simulation; then end to end, on LocalStack as well')
const tests = await runTests(process.argv.slice(2), {
  env: { ...env, ...(chromium === undefined ? {} : { CHROMIUM_PATH: chromium }) },
})
const missing = [chromium === undefined, localStackStatus !== 0].filter(Boolean).length
conclude({
  passed: checks.count - checks.failed.length + tests.passed,
  failed: checks.failed.length + tests.failed + missing,
  skipped: tests.skipped,
})
