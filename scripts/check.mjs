/** `npm run check`: types, lint and format, dead code, unit tests; what can run side by side does. */
import { ensurePackages, run, say } from './packages.mjs'

await ensurePackages()
/** [name, command, arguments] */
export const checks = [
  ['types', 'tsc', ['--noEmit']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['dead code', 'knip', []],
]
const results = await Promise.all(
  checks.map(async ([name, command, args]) => ({ name, status: await run(command, args) })),
)
const unit = await run('vitest', ['run', '--project', 'unit', '--reporter', 'dot'])
const failed = [...results, { name: 'unit tests', status: unit }].filter(({ status }) => status !== 0)
if (failed.length > 0) say(`failed: ${failed.map(({ name }) => name).join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
