/** A function's package as an execution environment: a Node of its own, started and asked as LocalStack's executor does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { end } from './agent-process.ts'

const bootstrap = join(import.meta.dirname, '../infra/localstack/executor/vitals_executor/bootstrap.mjs')
/** As the executor has it: the rest of a function's memory is Node itself. */
const heapShare = 0.85

export interface Start {
  /** What Lambda would have unpacked. */
  taskRoot: string
  /** `dist/functions/evaluate/index.handler` */
  handler: string
  memoryMb: number
  env: Readonly<Record<string, string>>
}

export interface FunctionProcess {
  /** From nothing until the handler is loaded. */
  initMs: number
  /** What all of its threads have had of the cores until then: what else the machine does adds nothing to it. */
  initCpuMs: number
  /** Resident, then. */
  loadedBytes: number
  /** Throws what the function threw. `cpuMs`: of all of its threads; `peakBytes`: since its start. */
  invoke(event: unknown): Promise<{ answer: unknown; ms: number; cpuMs: number; peakBytes: number }>
  end(): Promise<void>
}

interface Answer {
  kind: 'ready' | 'response' | 'error' | 'fatal'
  payload: string
}

export async function startFunction({ taskRoot, handler, memoryMb, env }: Start): Promise<FunctionProcess> {
  const startedMs = performance.now()
  const heap = `--max-old-space-size=${Math.floor(memoryMb * heapShare)}`
  const child = spawn(process.execPath, [heap, bootstrap, '3', '4'], {
    cwd: taskRoot,
    env: { PATH: process.env.PATH, HOME: taskRoot, TZ: 'UTC', _HANDLER: handler, LAMBDA_TASK_ROOT: taskRoot, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [requests, answers] = [child.stdio[3], child.stdio[4]] as [Duplex, Duplex]
  const lines = createInterface({ input: answers })[Symbol.asyncIterator]()
  const nextAnswer = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${handler} has ended: expected an answer`)
    const { kind, payload } = JSON.parse(value) as Answer
    if (kind === 'error' || kind === 'fatal') throw new Error(`${handler}: ${payload}`)
    return payload
  }
  await nextAnswer()
  return {
    initMs: performance.now() - startedMs,
    initCpuMs: cpuMsOfThreads(child),
    loadedBytes: memoryOf(child, 'VmRSS'),
    invoke: async (event) => {
      const askedMs = performance.now()
      const cpuBeforeMs = cpuMsOfThreads(child)
      const request = { requestId: 'bench', functionArn: 'arn:aws:lambda:::bench', timeoutMs: 300_000 }
      requests.write(`${JSON.stringify({ ...request, event: JSON.stringify(event) })}\n`)
      const answer = JSON.parse(await nextAnswer()) as unknown
      const ms = performance.now() - askedMs
      const cpuMs = cpuMsOfThreads(child) - cpuBeforeMs
      return { answer, ms, cpuMs, peakBytes: memoryOf(child, 'VmHWM') }
    },
    end: () => end(child, 'SIGKILL'),
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function memoryOf({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024
}

/** To the nanosecond, of threads that live: https://docs.kernel.org/scheduler/sched-stats.html */
function cpuMsOfThreads({ pid }: ChildProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]))
  return ns.reduce((sum, one) => sum + one, 0) / 1e6
}
