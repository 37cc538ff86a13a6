/**
 * Threads that draw strangers' charts. A configuration can ask for work without end (a billion ticks), which only the end
 * of its thread stops: each chart has a deadline, each thread a bound on memory.
 */
import { Worker } from 'node:worker_threads'
import type { Drawn } from './draw-worker.ts'
import type { PictureRequest } from './parse.ts'

/** As QuickChart's own server. */
const deadlineMs = 5_000
const heapMegabytes = 256
/** More at a time than that are refused: the last would wait longer than clients do. */
const waitingAtMost = 256

export interface DrawThreads {
  /** Never rejects. */
  draw(request: PictureRequest): Promise<Drawn | 'busy'>
  stop(): Promise<void>
}

interface Job {
  request: PictureRequest
  done(drawn: Drawn): void
}

export function startDrawThreads({ count }: { count: number }): DrawThreads {
  const waiting: Job[] = []
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let stopped = false

  const start = (): Worker => {
    const worker = new Worker(workerFile(), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      // Chart.js warns there about what strangers send.
      stdout: true,
      stderr: true,
    })
    worker.stdout.resume()
    worker.stderr.resume()
    // Told to whose chart it was; without a listener it would end the process.
    worker.on('error', () => {})
    all.add(worker)
    return worker
  }

  const run = (worker: Worker, { request, done }: Job): void => {
    const onMessage = (drawn: Drawn) => {
      release()
      idle.push(worker)
      done(drawn)
      next()
    }
    const give = (failed: string) => {
      release()
      all.delete(worker)
      void worker.terminate()
      done({ failed })
      next()
    }
    const onError = ({ message }: Error) => give(message)
    const onExit = () => give('the thread that draws has ended')
    const timer = setTimeout(() => give(`the chart took more than ${deadlineMs / 1000} seconds`), deadlineMs)
    const release = () => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(request)
  }

  const next = (): void => {
    if (stopped) return
    const job = waiting[0]
    if (!job) return
    const worker = idle.pop() ?? (all.size < count ? start() : undefined)
    if (!worker) return
    waiting.shift()
    run(worker, job)
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
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

/** Beside this file: as source, or as the bundle that is built from it. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./draw-worker.${extension}`, import.meta.url)
}
