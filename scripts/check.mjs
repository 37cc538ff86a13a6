/** `npm run check`: types, lint and format, dead code, lock file, licences, secrets and the unit tests, side by side, in seconds. */
import { runChecks } from './checks.mjs'
import { ensurePackages, say } from './packages.mjs'

await ensurePackages()
const { failed } = await runChecks([['unit tests', 'vitest', ['run', '--project', 'unit', '--reporter', 'dot']]])
if (failed.length > 0) say(`failed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
