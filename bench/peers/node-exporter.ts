/** Prometheus' node_exporter as Debian packages it, taken apart below .cache/: nothing is installed. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMsOfProcess } from '../cpu.ts'

const packageName = 'prometheus-node-exporter'
const scrapes = 40

export interface NodeExporter {
  /** CPU milliseconds of one scrape, the asker's not counted. */
  scrapeMs(): Promise<number>
  stop(): Promise<void>
}

export async function startNodeExporter(): Promise<NodeExporter> {
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(ensureProgram(), [`--web.listen-address=${address}`], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const { pid } = child
  if (pid === undefined) throw new Error(`start ${packageName}: expected its program to run on this machine`)
  const scrape = async () => {
    const text = await (await fetch(`http://${address}/metrics`)).text()
    if (!text.includes('node_cpu_seconds_total')) throw new Error(`scrape ${packageName}: expected metrics of the CPU`)
  }
  await untilItAnswers(scrape)
  return {
    scrapeMs: async () => {
      const before = cpuMsOfProcess(pid)
      for (let taken = 0; taken < scrapes; taken++) await scrape()
      return (cpuMsOfProcess(pid) - before) / scrapes
    },
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function ensureProgram(): string {
  const directory = join(import.meta.dirname, '..', '..', '.cache', packageName)
  const program = join(directory, 'usr', 'bin', packageName)
  if (existsSync(program)) return program
  console.log(`  (fetching ${packageName} from Debian into .cache/ …)`)
  mkdirSync(directory, { recursive: true })
  run('apt-get', ['-qq', 'download', packageName], directory)
  const file = readdirSync(directory).find((name) => name.endsWith('.deb'))
  if (file === undefined) throw new Error(`download ${packageName}: no file came, expected a Debian package`)
  run('dpkg-deb', ['-x', file, '.'], directory)
  return program
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
}

async function untilItAnswers(scrape: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await scrape()
    } catch (error) {
      if (attempt === 50) throw error
      await delay(100)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
