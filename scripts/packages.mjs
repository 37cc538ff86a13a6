/** Plain JavaScript for whatever Node is there: brings the packages, so that everything else can run on Node 24. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')

/** The project's own Node: what Lambda runs, whatever the machine has. */
export const node = join(bin, 'node')

/** What runs under it finds the project's own Node and tools first. */
export const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }

/** Installs what package-lock.json names, unless it is there; ends the process when that fails. */
export async function ensurePackages() {
  const before = packagesState(root)
  if (before === 'current') return
  say(before === 'missing' ? 'Installing packages (npm ci), about a minute …' : 'The packages have changed: npm ci …')
  const status = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (status === 0 && packagesState(root) === 'current') return
  if (status !== 0)
    say(`npm ci ended with ${status}. Is the package registry reachable? \`npm ci\` by hand tells more.`)
  else say(`npm ci has run, and ${node} is not there: does npm's setting ignore-scripts forbid to install it?`)
  process.exit(1)
}

/**
 * What npm wrote down when it last finished, against what is wanted now: `npm ci` and `npm install` by hand count as
 * well, one that was interrupted does not.
 *
 * @returns {'current' | 'outdated' | 'missing'}
 */
export function packagesState(directory) {
  const installed = packagesOf(join(directory, 'node_modules', '.package-lock.json'))
  if (!installed || !existsSync(join(directory, 'node_modules', '.bin', 'node'))) return 'missing'
  const wanted = packagesOf(join(directory, 'package-lock.json')) ?? {}
  const isThere = ([path, { version, optional }]) =>
    path === '' || installed[path]?.version === version || (optional === true && installed[path] === undefined)
  return Object.entries(wanted).every(isThere) ? 'current' : 'outdated'
}

function packagesOf(lockPath) {
  return existsSync(lockPath) ? JSON.parse(readFileSync(lockPath, 'utf8')).packages : undefined
}

/** To stderr: what a program prints stays its own. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs to the end, its output passed through; resolves to its exit status (1 when a signal ended it). */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.on('error', (error) => {
      say(`${command}: ${error.message}`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** The same, its output kept: so that what runs side by side can be read one after the other. */
export function runAside(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts = []
    child.stdout.on('data', (part) => parts.push(part))
    child.stderr.on('data', (part) => parts.push(part))
    child.on('error', (error) => resolve({ status: 127, output: `${command}: ${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, output: Buffer.concat(parts).toString('utf8') }))
  })
}
