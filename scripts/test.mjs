/**
 * `npm test`: brings all that is needed, then runs every check and every test; arguments go to vitest. The last line
 * counts what the runner's own reports say; each check counts as one test.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './checks.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensurePackages, env, root, run, say } from './packages.mjs'

await ensurePackages()
const chromium = await ensureChromium()
const results = join(root, 'test-results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

/** End to end by itself: it makes load and waits for an alert, and other tests would be load as well. */
const rounds = [
  { name: 'unit, contract, simulation', projects: ['unit', 'contract', 'simulation'] },
  { name: 'end to end', projects: ['e2e'] },
]

say('Checks: types, lint and format, dead code (each counts as a test)')
const checks = await runChecks()
const totals = { passed: checks.count - checks.failed.length, failed: checks.failed.length, skipped: 0 }
for (const { name, projects } of rounds) {
  say(`Tests: ${name}`)
  const { passed, failed, skipped } = await runTests(projects)
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
}
if (chromium === undefined) totals.failed += 1
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exit(totals.failed === 0 ? 0 : 1)

async function runTests(projects) {
  const report = join(results, `${projects.join('-')}.json`)
  const status = await run(
    'vitest',
    [
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
    { env: { ...env, ...(chromium === undefined ? {} : { CHROMIUM_PATH: chromium }) } },
  )
  const counted = readReport(report)
  // A file that could not be loaded, or an error outside of every test, is in no test's count; nor are tests that are not there.
  const isUncounted = (status !== 0 && counted.failed === 0) || counted.passed === 0
  return isUncounted ? { ...counted, failed: counted.failed + 1 } : counted
}

function readReport(path) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(path, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch (error) {
    say(`The tests left no report: ${error.message}`)
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
