/** What can be said of the code without running it. */
import { runAside, say } from './packages.mjs'

const checks = [
  ['types', 'tsc', ['--noEmit']],
  // What runs in a browser has other names in reach.
  ['types of the page', 'tsc', ['--noEmit', '--project', 'functions/report/browser']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['dead code', 'knip', []],
  ['lock file and licences', 'node', ['scripts/check-packages.ts']],
  ['secrets', 'node', ['scripts/check-secrets.ts']],
]

/** Side by side; resolves to the names of those that failed, and says why they did. `more` run beside them. */
export async function runChecks(more = []) {
  const all = [...checks, ...more]
  const failed = await Promise.all(
    all.map(async ([name, command, args]) => {
      const startMs = performance.now()
      const { status, output } = await runAside(command, args)
      const took = `${((performance.now() - startMs) / 1000).toFixed(1)} s`
      say(status === 0 ? `ok      ${name} (${took})` : `FAILED  ${name} (${took})\n${output}`)
      return status === 0 ? [] : [name]
    }),
  )
  return { count: all.length, failed: failed.flat() }
}
