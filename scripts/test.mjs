/**
 * `npm test`: brings all that is needed, then runs every check and every test. The last line counts what the runners'
 * own reports say; a check counts as one test.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'
import { ensurePackages, env, root, run, say } from './packages.mjs'

await ensurePackages()
const chromium = await ensureChromium()
const report = join(root, 'test-results', 'vitest.json')
mkdirSync(join(root, 'test-results'), { recursive: true })
rmSync(report, { force: true })

const totals = { passed: 0, failed: 0, skipped: 0 }
const checks = [
  ['types', 'tsc', ['--noEmit']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['dead code', 'knip', []],
]
for (const [name, command, args] of checks) {
  say(`\n> ${name}`)
  const status = await run(command, args)
  totals[status === 0 ? 'passed' : 'failed'] += 1
}
if (!chromium) totals.failed += 1

say('\n> tests')
const status = await run(
  'vitest',
  ['run', '--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { env: { ...env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) } },
)
const counted = readReport()
totals.passed += counted.passed
totals.failed += counted.failed
totals.skipped += counted.skipped
// A suite that could not be loaded, or an error outside of every test, is in no test's count.
if (status !== 0 && counted.failed === 0) totals.failed += 1
if (counted.passed === 0) totals.failed += 1
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exit(totals.failed === 0 ? 0 : 1)

function readReport() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch (error) {
    say(`the tests left no report: ${error.message}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
