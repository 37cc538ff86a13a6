/**
 * Runs a command and ends it, with all that it started, when whoever started us says so by closing our input, or is gone:
 * `supervise.mjs <directory to remove afterwards> <command> <arguments …>`.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const graceMs = 10_000
const [, , scratch, command, ...args] = process.argv

// A process group of its own: functions are in it.
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })

function signalGroup(signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It is empty.
  }
}

let isEnding = false
function end() {
  if (isEnding) return
  isEnding = true
  signalGroup('SIGTERM')
  setTimeout(() => signalGroup('SIGKILL'), graceMs).unref()
}

child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`)
  finish(127)
})
child.on('exit', (code) => finish(isEnding ? 0 : (code ?? 1)))

function finish(code) {
  if (child.pid !== undefined) signalGroup('SIGKILL')
  rmSync(scratch, { recursive: true, force: true })
  process.exit(code)
}

process.stdin.on('end', end).on('error', end).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
