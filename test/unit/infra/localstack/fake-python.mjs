/**
 * Stands in for Python, pip and uv, and writes down what it is asked: `fake-python.mjs <version> …`. FAKE_LOG names the file;
 * FAKE_FAILS is a pattern of what ends with an error, FAKE_CONFIG what pip answers about its settings.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const [, , version, path, ...args] = process.argv
const { FAKE_LOG, FAKE_FAILS, FAKE_CONFIG = '', UV_DEFAULT_INDEX = '', SSL_CERT_FILE = '' } = process.env

if (version === 'shim') {
  process.stderr.write('pyenv: python3.13: command not found\n')
  process.exit(127)
}
if (args[0] === '-c') {
  process.stdout.write(`${version}\n`)
  process.exit(0)
}
const asked = `${basename(path)} ${args.join(' ')}`
appendFileSync(FAKE_LOG, `${JSON.stringify({ asked, index: UV_DEFAULT_INDEX, certificates: SSL_CERT_FILE })}\n`)
if (FAKE_FAILS !== undefined && new RegExp(FAKE_FAILS).test(asked)) {
  process.stderr.write(`no: ${asked}\n`)
  process.exit(1)
}
if (asked.includes('pip config list')) process.stdout.write(FAKE_CONFIG)
if (args.includes('venv')) makeBin(join(args.at(-1), 'bin'))
if (asked.startsWith('uv python install')) makeBin(join(process.env.UV_PYTHON_INSTALL_DIR, 'bin'), '3.13')
if (asked.startsWith('uv python find')) process.stdout.write(join(process.env.UV_PYTHON_INSTALL_DIR, 'bin', 'python'))
// Long enough for another to come along.
if (asked.startsWith('uv pip install')) spawnSync('/bin/sleep', ['0.1'])

function makeBin(directory, of = version) {
  mkdirSync(directory, { recursive: true })
  for (const name of ['python', 'uv']) {
    const command = join(directory, name)
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${process.argv[1]}' '${of}' "$0" "$@"\n`)
    chmodSync(command, 0o755)
  }
}
