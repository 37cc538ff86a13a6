/** What a stranger does: clones, and types `npm start`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from './vitals.ts'

let directory = ''
let child: ChildProcess | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-clone-'))
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${process.cwd()}`, directory])
})

afterAll(async () => {
  if (child?.pid !== undefined && isGroupAlive(child.pid)) process.kill(-child.pid, 'SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

test('npm start on a fresh clone brings its packages, and shows this machine', { timeout: 300_000 }, async () => {
  const { output, site, stop } = await npmStart({ withinMs: 240_000 })
  expect(output()).toContain('Installing packages (npm ci)')
  const look = async () => {
    const text = await (await fetch(site)).text()
    return text.includes('a-stranger') && /\d\.\d(&#160;|\u00a0)%/.test(text) && text
  }
  const page = await until('the first snapshot', look, { timeoutMs: 10_000, child: { output } })
  expect(page).toContain('<svg')
  await stop()
})

test('the second npm start installs nothing, and Ctrl-C ends it and all it started', { timeout: 60_000 }, async () => {
  const { output, stop } = await npmStart({ withinMs: 30_000 })
  expect(output()).not.toContain('npm ci')
  const pressedMs = performance.now()
  expect(await stop()).toBe(0)
  expect(performance.now() - pressedMs).toBeLessThan(2_000)
})

test('what npm start is given goes to vitals up, and its exit status comes back', { timeout: 60_000 }, async () => {
  const { ended, output } = spawnNpm(['start', '--', '--interval', 'soon'])
  expect(await ended).toBe(2)
  expect(output()).toContain('--interval=soon: expected seconds')
})

async function npmStart({ withinMs }: { withinMs: number }) {
  const { output, ended, pid } = spawnNpm(['start'])
  const site = await until('vitals up to say where its site is', () => /"site":"([^"]+)"/.exec(output())?.[1], {
    timeoutMs: withinMs,
    child: { output },
  })
  const stop = async () => {
    // As a terminal does it: to everybody in front.
    process.kill(-pid, 'SIGINT')
    const status = await ended
    expect(isGroupAlive(pid)).toBe(false)
    return status
  }
  return { output, site, stop }
}

/** In a process group of its own, without anything that this test's own npm and vitest have set. */
function spawnNpm(args: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|MONITOR_|VITE|NODE)/i.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'))
  const env = {
    ...Object.fromEntries(inherited),
    PATH: path.join(delimiter),
    MONITOR_HOST: 'a-stranger',
    MONITOR_PORT: '0',
  }
  const started = spawn('npm', args, { cwd: directory, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  const parts: Buffer[] = []
  started.stdout.on('data', (part: Buffer) => parts.push(part))
  started.stderr.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise<number | null>((resolve, reject) => {
    started.on('error', reject)
    started.on('close', resolve)
  })
  return { output: () => Buffer.concat(parts).toString('utf8'), ended, pid: started.pid ?? 0 }
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}
