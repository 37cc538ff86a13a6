/**
 * Runs a command and ends it, with all that it started, when whoever started us says so by closing our input, or is gone:
 * `supervise.mjs <directory> <command> <arguments …>`. The directory is the command's own and goes with it; `groups/` in it
 * has a file for each process group that must not outlive the command, named by its number.
 */
import { spawn } from 'node:child_process'
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const graceMs = 10_000
const [, , directory, command, ...args] = process.argv

const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })

let isEnding = false
let isForced = false
function end() {
  if (isEnding) return
  isEnding = true
  signalGroup(child.pid, 'SIGTERM')
  setTimeout(force, graceMs).unref()
}

function force() {
  isForced = true
  signalGroup(child.pid, 'SIGKILL')
}

child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`)
  finish(127)
})
// 0: it was there to be ended, and was ended by us.
child.on('exit', (code, signal) => {
  const isOurs = code === 0 || signal === 'SIGTERM' || isForced
  finish(isEnding && isOurs ? 0 : code || 1)
})

process.stdin.on('end', end).on('error', end).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)

function finish(code) {
  for (const group of [child.pid, ...listedGroups()]) signalGroup(group, 'SIGKILL')
  try {
    clear()
  } catch (error) {
    process.stderr.write(`${directory} could not be removed: ${error.message}\n`)
  }
  process.exit(code)
}

function listedGroups() {
  try {
    return readdirSync(join(directory, 'groups')).map(Number)
  } catch {
    // The command has not come that far.
    return []
  }
}

function signalGroup(group, signal) {
  // Of 0 and 1 it would be our own, and everybody.
  if (!(group > 1)) return
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody is in it any more.
  }
}

/** What functions run from is read-only, and can't be removed so. Those that were killed may still be at work for a moment. */
function clear() {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o700)
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}
