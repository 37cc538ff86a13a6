/**
 * What the agent of a host takes in memory: its bundle, started by its own first line as a host starts it, sends to an S3
 * store on loopback, five snapshots a put. A snapshot a second: a day's worth at the default interval takes 24 minutes, or
 * what VITALS_BENCH_SNAPSHOTS says. A bare Node stands beside it: no agent in Node gets below that.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { agentBundle, buildAgent, end, startAgent } from './agent-process.ts'

const snapshots = Number(process.env.VITALS_BENCH_SNAPSHOTS ?? 1_440)
const batchSnapshots = 5
const settleSeconds = 60
const readEverySeconds = 60
const mib = 1_024 ** 2
const targetBytes = 62 * mib

interface Memory {
  atSeconds: number
  /** Resident, of it the process' own; the rest are pages of Node's file, which a machine keeps once. */
  rssBytes: number
  ownBytes: number
}

export async function benchMemory(): Promise<void> {
  console.log(`\nmemory: the agent's bundle, a snapshot a second, ${snapshots} of them`)
  buildAgent()
  const directory = mkdtempSync(join(tmpdir(), 'vitals-bench-'))
  const store = await startStore()
  const startedMs = performance.now()
  const agent = startAgent(directory, store.url, { MONITOR_BATCH: String(batchSnapshots) })
  try {
    await store.firstPut
    console.log(
      `  ${(statSync(agentBundle).size / 1_024).toFixed(0)} KiB, first put ${seconds(performance.now() - startedMs)} after its start`,
    )
    tell('bare node', await bareNode(directory))
    const readings = await readWhile(agent)
    const last = readings.at(-1)
    if (!last) throw new Error('read the memory of the agent: it has ended, expected it to run')
    tell(`agent after ${last.atSeconds} snapshots`, last)
    console.log(
      `  grows by ${slopeMib(readings).toFixed(2)} MiB an hour from minute ${settleSeconds / 60} on, ${store.puts()} puts`,
    )
    const verdict = last.rssBytes <= targetBytes ? 'reached' : 'MISSED'
    console.log(`  target: at most ${targetBytes / mib} MiB, ${verdict}`)
  } finally {
    await end(agent, 'SIGTERM')
    store.server.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function startStore(): Promise<{ server: Server; url: string; firstPut: Promise<void>; puts: () => number }> {
  let puts = 0
  let told: () => void = () => {}
  const firstPut = new Promise<void>((resolve) => {
    told = resolve
  })
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      puts += 1
      response.writeHead(200, { etag: '"1"' }).end()
      told()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, firstPut, puts: () => puts }
}

async function bareNode(directory: string): Promise<Memory> {
  const script = join(directory, 'bare.cjs')
  writeFileSync(script, 'setInterval(() => {}, 1e6)')
  const child = spawn(process.execPath, ['--max-semi-space-size=1', '--lite-mode', script], { stdio: 'ignore' })
  await delay(1_000)
  const memory = memoryOf(child.pid, 0)
  await end(child, 'SIGTERM')
  if (!memory) throw new Error('read the memory of a bare Node: it has ended, expected it to run')
  return memory
}

async function readWhile(agent: ChildProcess): Promise<Memory[]> {
  const readings: Memory[] = []
  for (let atSeconds = 0; atSeconds < snapshots; ) {
    const step = Math.min(readEverySeconds, snapshots - atSeconds)
    await delay(step * 1_000)
    atSeconds += step
    const memory = memoryOf(agent.pid, atSeconds)
    if (memory) readings.push(memory)
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K  ${atSeconds} of ${snapshots} snapshots`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return readings
}

/** Undefined when the process has ended. */
function memoryOf(pid: number | undefined, atSeconds: number): Memory | undefined {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return undefined
  }
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024
  return { atSeconds, rssBytes: bytes('VmRSS'), ownBytes: bytes('RssAnon') }
}

/** Least squares over what was read after it had settled. */
function slopeMib(readings: readonly Memory[]): number {
  const settled = readings.filter(({ atSeconds }) => atSeconds >= settleSeconds)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const meanSeconds = mean(settled.map(({ atSeconds }) => atSeconds))
  const meanBytes = mean(settled.map(({ rssBytes }) => rssBytes))
  let above = 0
  let below = 0
  for (const { atSeconds, rssBytes } of settled) {
    above += (atSeconds - meanSeconds) * (rssBytes - meanBytes)
    below += (atSeconds - meanSeconds) ** 2
  }
  return below === 0 ? 0 : ((above / below) * 3_600) / mib
}

function tell(name: string, { rssBytes, ownBytes }: Memory): void {
  console.log(`  ${name}: ${(rssBytes / mib).toFixed(1)} MiB RSS, of it ${(ownBytes / mib).toFixed(1)} its own`)
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
