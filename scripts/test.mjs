/**
 * `npm test`: brings all that is needed, then runs every check and every test; arguments go to vitest. The last line
 * counts what the runner's own report says; each check counts as one test.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './checks.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensurePackages, env, node, root, run, say } from './packages.mjs'
import { ensureSystemTools } from './system-tools.mjs'

await ensurePackages()
const chromium = await ensureChromium()
await ensureSystemTools()
const localStackStatus = await run(node, [join(root, 'infra', 'localstack', 'main.ts'), '--install'])
const results = join(root, 'test-results')
const report = join(results, 'vitest.json')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

say('Checks: types, lint and format, dead code (each counts as a test)')
const checks = await runChecks()
say('Tests: unit, contract and simulation; then end to end, on LocalStack as well')
const status = await run(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { env: { ...env, ...(chromium === undefined ? {} : { CHROMIUM_PATH: chromium }) } },
)
const tests = readReport()
const failures = [
  checks.failed.length,
  tests.failed,
  chromium === undefined ? 1 : 0,
  localStackStatus === 0 ? 0 : 1,
  // A file that could not be loaded, or an error outside of every test, is in no test's count; nor are tests that are
  // not there.
  (status !== 0 && tests.failed === 0) || tests.passed === 0 ? 1 : 0,
]
const failed = failures.reduce((sum, count) => sum + count)
const passed = checks.count - checks.failed.length + tests.passed
process.stdout.write(`\n${passed} passed, ${failed} failed, ${tests.skipped} skipped\n`)
process.exit(failed === 0 ? 0 : 1)

function readReport() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch (error) {
    say(`The tests left no report: ${error.message}`)
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
