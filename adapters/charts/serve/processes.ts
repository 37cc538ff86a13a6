/**
 * Processes that draw strangers' charts. A configuration can ask for work without end (a billion ticks), which only the end
 * of its process stops: each chart has a deadline, each process a bound on memory. No threads: one that runs out of memory
 * at once ends the whole server with it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Drawn } from './draw-process.ts'
import type { PictureRequest } from './parse.ts'

/** As QuickChart's own server. */
const deadlineMs = 5_000
const heapMegabytes = 256
/** More at a time than that are refused: the last would wait longer than clients do. */
const waitingAtMost = 256

export interface DrawProcesses {
  /** Never rejects. */
  draw(request: PictureRequest): Promise<Drawn | 'busy'>
  stop(): Promise<void>
}

interface Job {
  request: PictureRequest
  done(drawn: Drawn): void
}

export function startDrawProcesses({ count }: { count: number }): DrawProcesses {
  const waiting: Job[] = []
  const idle: ChildProcess[] = []
  const all = new Set<ChildProcess>()
  let stopped = false

  const start = (): ChildProcess => {
    const child = fork(drawFile(), {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      serialization: 'advanced',
      // Chart.js warns there about what strangers send.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const forget = () => {
      all.delete(child)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
      next()
    }
    // What it says is told to whose chart it was. One that could not be started never ends.
    child.on('error', () => {
      if (child.pid === undefined) forget()
    })
    child.on('exit', forget)
    all.add(child)
    return child
  }

  const run = (child: ChildProcess, { request, done }: Job): void => {
    const onMessage = (drawn: unknown) => {
      release()
      idle.push(child)
      done(drawn as Drawn)
      next()
    }
    const give = (failed: string) => {
      release()
      child.kill('SIGKILL')
      done({ failed })
    }
    const onError = ({ message }: Error) => give(message)
    const onExit = (_: number | null, signal: NodeJS.Signals | null) =>
      give(
        signal === 'SIGABRT'
          ? `the chart takes more than ${heapMegabytes} MiB of memory`
          : 'the process that draws has ended',
      )
    const timer = setTimeout(() => give(`the chart took more than ${deadlineMs / 1000} seconds`), deadlineMs)
    const release = () => {
      clearTimeout(timer)
      child.off('message', onMessage).off('error', onError).off('exit', onExit)
    }
    child.on('message', onMessage).on('error', onError).on('exit', onExit)
    child.send(request)
  }

  const next = (): void => {
    if (stopped) return
    const job = waiting[0]
    if (!job) return
    const child = idle.pop() ?? (all.size < count ? start() : undefined)
    if (!child) return
    waiting.shift()
    run(child, job)
    next()
  }

  return {
    draw: (request) => {
      if (stopped || waiting.length >= waitingAtMost) return Promise.resolve('busy')
      return new Promise((resolve) => {
        waiting.push({ request, done: resolve })
        next()
      })
    },
    stop: async () => {
      stopped = true
      for (const { done } of waiting.splice(0)) done({ failed: 'the server stops' })
      await Promise.all([...all].map(end))
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.kill('SIGKILL')) await ended
}

/** Beside this file: as source, or as the bundle that is built from it. */
function drawFile(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return fileURLToPath(new URL(`./draw-process.${extension}`, import.meta.url))
}
