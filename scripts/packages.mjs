/** Plain JavaScript for whatever Node is there: brings the packages, so that everything else can run on Node 24. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.vitals-lock')
export const node = join(root, 'node_modules', '.bin', 'node')

/** What runs under it finds the project's own Node and tools first. */
export const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` }

/** Installs the packages that package-lock.json names, unless they are there. */
export async function ensurePackages() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  const there = existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
  if (there === wanted && existsSync(node)) return
  say(there === undefined ? 'Installing packages (npm ci), about a minute …' : 'Packages have changed: npm ci …')
  const status = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (status !== 0) {
    say(`npm ci ended with ${status}. Is the package registry reachable? Try \`npm ci\` by hand for more.`)
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
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
