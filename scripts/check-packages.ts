/** The lock file and the licences of what it names, held to their rules. A part of `npm run check`; asks no registry. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { licenceProblems } from './licence-policy.ts'
import { readLock } from './lock.ts'
import { lockProblems, type Manifest } from './lock-rules.ts'

const root = join(import.meta.dirname, '..')
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
const lock = await readLock(root)
const problems = [...lockProblems({ manifest, lock }), ...licenceProblems(lock)]
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''))
process.exitCode = problems.length > 0 ? 1 : 0
