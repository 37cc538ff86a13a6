/**
 * `npm run lock`, after `npm install` has changed package-lock.json. npm leaves out optional packages of other platforms, and
 * then refuses to `npm ci` there, or writes them down without their hashes: it is asked again, in a directory where nothing is
 * installed that it could go by. Addresses of registries are taken out: each machine has its own.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Lock, readLock } from './lock.ts'
import { lockProblems, type Manifest } from './lock-rules.ts'

const root = join(import.meta.dirname, '..')
const asking = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund']

async function completeLock(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-lock-'))
  try {
    await copyFile(join(root, 'package.json'), join(directory, 'package.json'))
    const { packages, ...lock } = await readLock(root)
    const hashed = Object.entries(packages).filter(([place, { integrity }]) => place === '' || integrity !== undefined)
    await writeLock(directory, { ...lock, packages: Object.fromEntries(hashed) })
    await promisify(execFile)('npm', asking, { cwd: directory })
    await writeLock(root, await readLock(directory))
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function writeLock(to: string, { packages, ...lock }: Lock): Promise<void> {
  const entries = Object.entries(packages).map(([place, { resolved: _, ...one }]) => [place, one] as const)
  const sorted = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  await writeFile(join(to, 'package-lock.json'), `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`)
}

await completeLock()
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
const problems = lockProblems({ manifest, lock: await readLock(root) })
if (problems.length > 0) throw new Error(`package-lock.json is not complete:\n${problems.join('\n')}`)
