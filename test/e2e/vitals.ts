/** The real command in processes of its own, on directories of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')

export interface Workplace {
  directory: string
  bucketUrl: string
  bucketPath: string
  env: Record<string, string>
  /** Ends whatever still runs, and removes the directories. */
  clear(): Promise<void>
}

export interface Running {
  /** Lines of standard output that are JSON. */
  events: { event: string; [field: string]: unknown }[]
  output(): string
  signal(name: NodeJS.Signals): void
  /** Exit status; null when a signal ended it. */
  ended: Promise<number | null>
  pid: number
}

const running = new Set<ChildProcess>()

/** Environment of the shell without any setting of ours, and settings that make a minute a second. */
export async function makeWorkplace(settings: Record<string, string> = {}): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-e2e-'))
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MONITOR_'))
  const env = {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    MONITOR_DATA_DIR: join(directory, 'data'),
    MONITOR_LOG_DIR: join(directory, 'logs'),
    MONITOR_HOST: 'web-1',
    MONITOR_PORT: '0',
    MONITOR_TIME_ZONE: 'UTC',
    ...settings,
  }
  return {
    directory,
    bucketPath: join(directory, 'data', 'bucket'),
    bucketUrl: `file://${join(directory, 'data', 'bucket')}`,
    env,
    clear: async () => {
      for (const child of running) child.kill('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export function start(args: readonly string[], { env, directory }: Workplace): Running {
  const child = spawn(process.execPath, [main, ...args], { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const events: Running['events'] = []
  let output = ''
  let partial = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('{')) events.push(JSON.parse(line))
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk
  })
  return {
    events,
    output: () => output,
    signal: (name) => void child.kill(name),
    ended: new Promise((resolve) =>
      child.on('close', (code) => {
        running.delete(child)
        resolve(code)
      }),
    ),
    pid: child.pid ?? 0,
  }
}

/** To its end: exit status and all it said. */
export async function run(
  args: readonly string[],
  workplace: Workplace,
): Promise<{ code: number | null; output: string }> {
  const child = start(args, workplace)
  const code = await child.ended
  return { code, output: child.output() }
}

/** Starts `vitals up`, and waits until it says where its site is. */
export async function startUp(workplace: Workplace, args: readonly string[] = []): Promise<Running & { site: string }> {
  const child = start(['up', ...args], workplace)
  const up = await until('vitals up to be up', () => child.events.find(({ event }) => event === 'vitals is up'), {
    child,
  })
  return Object.assign(child, { site: String(up.site) })
}

/** Waits for something to become true; says what it waited for, and what the process said, when it doesn't. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 20_000, child }: { timeoutMs?: number; child?: Pick<Running, 'output'> } = {},
): Promise<T> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms for ${what}\n${child?.output() ?? ''}`)
    await delay(100)
  }
}

/** Keeps every core busy until stopped. */
export function burn(cores: number): { stop(): void } {
  const children = Array.from({ length: cores }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )
  for (const child of children) running.add(child)
  return {
    stop: () => {
      for (const child of children) {
        child.kill('SIGKILL')
        running.delete(child)
      }
    },
  }
}
