/** Every text that git has, or would take, looked through for secrets. A part of `npm run check`. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Found, findSecrets } from './secrets.ts'

/** What tests make up on purpose: the file, what is found in it, and why that is no secret. */
const known = [
  { path: 'test/unit/core/settings.test.ts', rule: 'BasicAuth', why: 'a password that settings must not show' },
]

const root = join(import.meta.dirname, '..')

async function textsOfGit(): Promise<string[]> {
  const asking = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await promisify(execFile)('git', asking, { cwd: root, maxBuffer: 16 * 1024 ** 2 })
  return [...new Set(stdout.split('\0'))].filter((path) => path !== '')
}

async function foundIn(path: string): Promise<Found[]> {
  // Deleted, and not yet said so to git: nothing to read.
  const bytes = await readFile(join(root, path)).catch(() => Buffer.alloc(0))
  return bytes.includes(0) ? [] : findSecrets(path, bytes.toString('utf8'))
}

const found: Found[] = []
for (const path of await textsOfGit()) found.push(...(await foundIn(path)))
const isKnown = ({ path, rule }: Found) => known.some((one) => one.path === path && one.rule === rule)
const unknown = found.filter((one) => !isKnown(one))
const needless = known.filter(({ path, rule }) => !found.some((one) => one.path === path && one.rule === rule))
const problems = [
  ...unknown.map(
    ({ path, line, rule }) =>
      `${path}:${line} looks like a secret (${rule}): take it out, and replace it where it is used`,
  ),
  ...needless.map(({ path, rule }) => `${path} has no ${rule} any more: take it out of scripts/check-secrets.ts`),
]
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''))
// At once: secretlint's profiler would look through each of its marks for each of the others.
process.exit(problems.length > 0 ? 1 : 0)
