import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from './vitals.ts'

const root = join(import.meta.dirname, '..', '..')
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-local-test-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('npm run local shows this machine in LocalStack, and leaves nothing behind', { timeout: 180_000 }, async () => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:MONITOR|AWS)_/.test(name))
  const child = spawn(process.execPath, [join(root, 'infra', 'local.ts')], {
    cwd: root,
    // Its directories are made here, and nowhere else.
    env: { ...Object.fromEntries(inherited), TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()))
  const ended = once(child, 'close')
  try {
    const link = await until('the link to the site', () => /status\s+(http:\S+)/.exec(output)?.[1], {
      timeoutMs: 150_000,
      child: { output: () => output },
    })
    for (const step of ['Starting LocalStack', 'Deploying the stack', 'Starting an agent'])
      expect(output).toContain(step)
    const page = await get(link)
    expect(page.status).toBe(200)
    expect(page.body).toContain('All well')
  } finally {
    child.kill('SIGINT')
    await ended
  }
  expect(child.exitCode).toBe(0)
  expect(output).toContain('Stopping')
  expect(readdirSync(directory)).toEqual([])
  expect(processesOf(directory)).toEqual([])
})

/** Those whose files are there, by their commands. */
function processesOf(temporary: string): string[] {
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0')
    } catch {
      // It has ended, or is another's.
      return []
    }
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const ours = pids.filter((pid) =>
    read(pid, 'environ').some((one) => one.startsWith('TMPDIR=') && one.includes(temporary)),
  )
  return ours.map((pid) => read(pid, 'cmdline').join(' '))
}

/** Names below localhost are looked up by browsers, not by Node. */
async function get(link: string): Promise<{ status: number | undefined; body: string }> {
  const { host, port, pathname, search } = new URL(link)
  const asked = request({ host: '127.0.0.1', port, path: `${pathname}${search}`, headers: { host } })
  asked.end()
  const [response] = await once(asked, 'response')
  let body = ''
  for await (const part of response) body += part
  return { status: response.statusCode, body }
}
