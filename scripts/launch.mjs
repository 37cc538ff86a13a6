/**
 * `launch.mjs <file> <arguments …>`: brings the packages if they are missing, then runs the file on the project's own Node.
 * For what a person runs on a fresh clone.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensurePackages, env, node, root, say } from './packages.mjs'

const [, , file, ...args] = process.argv
await ensurePackages()
// In the caller's directory: relative paths of settings mean what they say.
const child = spawn(node, [join(root, file), ...args], { env, stdio: 'inherit' })
// Ctrl-C reaches the whole group: the child ends by itself, and we after it. What is sent to us alone is handed on.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  say(`${node}: ${error.message}`)
  process.exit(127)
})
child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
