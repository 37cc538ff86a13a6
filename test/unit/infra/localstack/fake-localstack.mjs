/** Stands in for LocalStack: `fake-localstack.mjs <behaviour>`. Its log tells what it was given. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [, , behaviour] = process.argv
const { GATEWAY_LISTEN, SERVICES, TMPDIR, VITALS_PROCESS_GROUPS } = process.env

if (behaviour === 'ends at once') {
  process.stderr.write('ImportError: there is no such module\n')
  process.exit(3)
}

// What a busy function is: in a process group of its own, deaf to SIGTERM, its code read-only.
const idle = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1_000)'
const { pid } = spawn(process.execPath, ['-e', idle], { detached: true, stdio: 'ignore' })
writeFileSync(join(VITALS_PROCESS_GROUPS, String(pid)), '')
mkdirSync(join(TMPDIR, 'code'))
writeFileSync(join(TMPDIR, 'code', 'index.mjs'), '')
chmodSync(join(TMPDIR, 'code'), 0o500)

const states = Object.fromEntries(SERVICES.split(',').map((name) => [name, 'running']))
if (behaviour === 'lacks ses') states.ses = 'error'
const server = createServer((request, response) => {
  if (request.url === '/end') process.exit(9)
  response.end(JSON.stringify({ services: states }))
})
const [host, port] = GATEWAY_LISTEN.split(':')
server.listen(Number(port), host, () => {
  process.stdout.write(`${JSON.stringify({ env: process.env, pids: [process.pid, pid] })}\nReady.\n`)
})
