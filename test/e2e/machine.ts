/** A machine with systemd and dpkg of its own: this one's, in namespaces. It needs root, or sudo without a password. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { until } from './vitals.ts'

export interface Machine {
  /** Runs a command in there to its end; resolves to what it said, and throws that where it fails. */
  run(command: string, ...args: string[]): Promise<string>
  /** Whatever it ends with. */
  attempt(command: string, ...args: string[]): Promise<{ status: number; output: string }>
  copyIn(path: string, to: string): Promise<void>
  stop(): Promise<void>
}

const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']

export async function bootMachine(): Promise<Machine> {
  const place = await mkdtemp(join(tmpdir(), 'vitals-machine-'))
  const boot = start([join(import.meta.dirname, 'boot-machine.sh'), place])
  const stop = async () => {
    const init = firstProcess(boot.child)
    if (init === undefined) boot.child.kill('SIGKILL')
    else await ended(start(['kill', '-KILL', init]))
    await boot.closed
    await removeControlGroup(basename(place))
    await rm(place, { recursive: true })
  }
  try {
    const child = { output: boot.output }
    const init = await until('namespaces (unshare, which root may)', () => firstProcess(boot.child), { child })
    const machine = { ...commandsIn(init), stop }
    await until('systemd to be up in there', async () => {
      const { output } = await machine.attempt('systemctl', 'is-active', 'basic.target')
      return /^active$/m.test(output)
    })
    return machine
  } catch (error) {
    await stop()
    throw error
  }
}

function commandsIn(init: string): Omit<Machine, 'stop'> {
  const namespaces = ['--mount', '--pid', '--cgroup', '--uts', '--ipc', '--net', '--root', '--wd']
  const enter = ['nsenter', `--target=${init}`, ...namespaces]
  const attempt: Machine['attempt'] = (command, ...args) => ended(start([...enter, command, ...args]))
  return {
    attempt,
    run: async (command, ...args) => {
      const { status, output } = await attempt(command, ...args)
      if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ended with ${status}\n${output}`)
      return output
    },
    copyIn: async (path, to) => {
      const { status, output } = await ended(start([...enter, 'sh', '-c', `cat >'${to}'`], createReadStream(path)))
      if (status !== 0) throw new Error(`copy ${path} into the machine: ended with ${status}\n${output}`)
    },
  }
}

interface Started {
  child: ChildProcess
  output(): string
  closed: Promise<number>
}

function start(command: readonly string[], input?: Readable): Started {
  const [program = '', ...args] = [...asRoot, ...command]
  const child = spawn(program, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part))
  if (input && child.stdin) input.pipe(child.stdin)
  const closed = new Promise<number>((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${program}: ${cause.message}`, { cause })))
    child.on('close', (code) => resolve(code ?? 1))
  })
  return { child, output: () => said, closed }
}

async function ended({ closed, output }: Started): Promise<{ status: number; output: string }> {
  return { status: await closed, output: output() }
}

/** systemd, once it is what the script has become: the child of unshare, whatever sudo is between. */
function firstProcess({ pid }: ChildProcess): string | undefined {
  for (let parent = String(pid); ; ) {
    const [child] = textOf(`/proc/${parent}/task/${parent}/children`).split(' ')
    if (!child) return undefined
    if (textOf(`/proc/${child}/cmdline`).startsWith('/lib/systemd/systemd')) return child
    parent = child
  }
}

/** Processes come and go while the machine boots: nothing of one that has gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function removeControlGroup(name: string): Promise<void> {
  const find = `find /sys/fs/cgroup/${name} /sys/fs/cgroup/unified/${name} -depth -type d -exec rmdir {} ';' 2>/dev/null`
  await until('the control group of the machine to be gone', async () => {
    await ended(start(['sh', '-c', find]))
    return !existsSync(`/sys/fs/cgroup/${name}`) && !existsSync(`/sys/fs/cgroup/unified/${name}`)
  })
}
