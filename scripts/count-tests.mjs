/** Runs vitest, and counts what its own report says: the last line of `npm test` and of `npm run test:stores`. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, say } from './packages.mjs'

/** Where reports and logs of services are left. */
const results = join(root, 'test-results')

/** A run that failed although no test did, and one without tests, count as a failed test. */
export async function runTests(args, options) {
  const report = join(results, 'vitest.json')
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const status = await run('vitest', ['run', ...reporters, ...args], options)
  const counts = readReport(report)
  // A file that could not be loaded, or an error outside of every test, is in no test's count; nor are tests that are
  // not there.
  const isUncounted = (status !== 0 && counts.failed === 0) || counts.passed === 0
  return { ...counts, failed: counts.failed + (isUncounted ? 1 : 0) }
}

/** The line that says how it went, and the end of the process. */
export function conclude({ passed, failed, skipped }) {
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  process.exit(failed === 0 ? 0 : 1)
}

function readReport(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch (error) {
    say(`The tests left no report: ${error.message}`)
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
