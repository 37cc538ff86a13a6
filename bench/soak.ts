/**
 * A bad half hour: the agent's bundle takes a snapshot a second while its store fails half of the time, in every way that
 * stores fail, and is ended each five minutes, by turns politely and not. Then the store is well, and what the agent wrote
 * into its log is held against what the store has: nothing may be missing, nothing may be there twice.
 * VITALS_SOAK_MINUTES says another length.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { logFileNames } from '../agent/logs/file-names.ts'
import { logFiles } from '../agent/logs/rotated-files.ts'
import { readLogFile } from '../cli/logs/records.ts'
import { unpackBatch } from '../core/batch-bytes.ts'
import { buildAgent, end, startAgent } from './agent-process.ts'
import { mulberry32 } from './random.ts'

const minutes = Number(process.env.VITALS_SOAK_MINUTES ?? 30)
const seed = Number(process.env.VITALS_SOAK_SEED ?? Date.now() % 1e9)
const restartEveryMs = 5 * 60_000
/** For what the last outage left behind: the backoff grows to minutes. */
const settleMs = 6 * 60_000

interface Asked {
  response: ServerResponse
  /** What was put is in the store. */
  keep(): void
}

const behaviours = {
  resets: ({ response }) => void response.destroy(),
  /** Until the agent gives up. */
  stalls: () => undefined,
  'answers 500': ({ response }) => answer(response, 500, 'InternalError'),
  'answers 503': ({ response }) => answer(response, 503, 'SlowDown'),
  'answers 403': ({ response }) => answer(response, 403, 'AccessDenied'),
  'cuts its answer': ({ response }) => {
    response.writeHead(500, { 'content-length': '1000' }).write('<Error><Co')
    response.destroy()
  },
  'keeps it and resets': ({ response, keep }) => {
    keep()
    response.destroy()
  },
  'keeps it and says 412': ({ response, keep }) => {
    keep()
    answer(response, 412, 'PreconditionFailed')
  },
} satisfies Record<string, (asked: Asked) => void>

type Failure = keyof typeof behaviours

const failures = Object.keys(behaviours) as Failure[]

interface Store {
  url: string
  objects: Map<string, Uint8Array>
  /** How often each came, and how often it went well. */
  counts: Map<Failure | 'well' | 'there already', number>
  /** From now on it does as it should. */
  heal(): void
  close(): void
}

export async function benchSoak(): Promise<void> {
  console.log(`\nsoak: a snapshot a second for ${minutes} minutes, a store that fails half of the time (seed ${seed})`)
  buildAgent()
  const directory = mkdtempSync(join(tmpdir(), 'vitals-soak-'))
  const store = await startStore()
  let starts = 1
  let agent = startAgent(directory, store.url)
  try {
    const endMs = performance.now() + minutes * 60_000
    for (let restart = 1; performance.now() < endMs; restart++) {
      await delay(Math.max(0, Math.min(restartEveryMs, endMs - performance.now())))
      if (performance.now() >= endMs) break
      await end(agent, restart % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
      agent = startAgent(directory, store.url)
      starts += 1
    }
    store.heal()
    await end(agent, 'SIGTERM')
    agent = startAgent(directory, store.url)
    const logged = await untilAllIsThere(directory, store)
    tell({ logged, store, starts: starts + 1 })
  } finally {
    await end(agent, 'SIGTERM')
    store.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Everything stands in the agent's own log, which knows nothing of batches. */
async function untilAllIsThere(directory: string, store: Store): Promise<Set<number>> {
  const startedMs = performance.now()
  for (;;) {
    const logged = await loggedTimes(directory)
    const sent = sentTimes(store)
    const missing = [...logged].filter((atMs) => !sent.has(atMs))
    // The newest may be in the batch that is still open.
    const newestMs = Math.max(...logged)
    if (missing.every((atMs) => atMs > newestMs - 10_000)) return new Set([...logged].filter((atMs) => sent.has(atMs)))
    if (performance.now() - startedMs > settleMs) return logged
    await delay(1_000)
  }
}

async function loggedTimes(directory: string): Promise<Set<number>> {
  const times = new Set<number>()
  for (const path of logFiles(join(directory, 'logs', logFileNames.system))) {
    for await (const read of readLogFile(path)) if ('record' in read) times.add(Number(read.record.fields.observedAtMs))
  }
  return times
}

/** How often each snapshot is in the store. */
function sentTimes({ objects }: Store): Map<number, number> {
  const times = new Map<number, number>()
  for (const [key, body] of objects) {
    const parsed = unpackBatch(body)
    if (!parsed.ok) throw new Error(`read ${key} of the soak: ${parsed.reason}`)
    for (const record of parsed.batch.records) {
      if (record.kind === 'snapshot') times.set(record.observedAtMs, (times.get(record.observedAtMs) ?? 0) + 1)
    }
  }
  return times
}

function tell({ logged, store, starts }: { logged: Set<number>; store: Store; starts: number }): void {
  const sent = sentTimes(store)
  const missing = [...logged].filter((atMs) => !sent.has(atMs))
  const twice = [...sent.values()].filter((count) => count > 1)
  const attempts = [...store.counts.values()].reduce((sum, count) => sum + count, 0)
  const answers = [...store.counts].map(([what, count]) => `${what} ${count}`).join(', ')
  console.log(
    `  ${logged.size} snapshots in the log, ${store.objects.size} batches in the store, ${starts} starts of the agent`,
  )
  console.log(`  ${attempts} puts: ${answers}`)
  console.log(
    `  missing ${missing.length}, twice ${twice.length}: ${missing.length + twice.length === 0 ? 'nothing lost' : 'LOST OR DOUBLED'}`,
  )
  if (missing.length + twice.length > 0) process.exitCode = 1
}

async function startStore(): Promise<Store> {
  const random = mulberry32(seed)
  const objects = new Map<string, Uint8Array>()
  const counts: Store['counts'] = new Map()
  let isWell = false
  const count = (what: Failure | 'well' | 'there already') => counts.set(what, (counts.get(what) ?? 0) + 1)
  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://store').pathname)
    const body = await bodyOf(request)
    if (!body) return
    const isThere = objects.has(key)
    const failure = isWell || random() < 0.5 ? undefined : failures[Math.floor(random() * failures.length)]
    if (failure !== undefined) {
      count(failure)
      behaviours[failure]({ response, keep: () => void (isThere || objects.set(key, body)) })
      return
    }
    count(isThere ? 'there already' : 'well')
    if (isThere) answer(response, 412, 'PreconditionFailed')
    else {
      objects.set(key, body)
      response.writeHead(200, { etag: '"1"' }).end()
    }
  })
  await listen(server)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    objects,
    counts,
    heal: () => {
      isWell = true
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

/** Undefined: it did not come whole. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of request) parts.push(part as Uint8Array)
    return Buffer.concat(parts)
  } catch {
    return undefined
  }
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}
