/** What racers do with a bucket that they share; and racers, in this process or in others. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Bucket, BucketError, type PutCondition, type PutResult } from '../../../adapters/bucket/port.ts'

export type RaceJob =
  /** Put each of `keys`, in this order, if absent: those that were written. */
  | { kind: 'put-if-absent'; racer: string; keys: string[] }
  /** One put, if it still is what `etag` names. */
  | { kind: 'put-if-matches'; racer: string; key: string; etag: string }
  /** Read a number, put it plus one if it matches, start again when lost; `times` over: the numbers that were put. */
  | { kind: 'count'; racer: string; key: string; times: number }
  /** Put, get, delete and get again a key of its own in a folder of all, `times` over: what was not as it should be. */
  | { kind: 'come-and-go'; racer: string; folder: string; times: number }

/** Keys that were written, or numbers that were counted; of come-and-go: surprises. */
export type RaceWins = string[]

export async function runRaceJob(bucket: Bucket, job: RaceJob): Promise<RaceWins> {
  switch (job.kind) {
    case 'put-if-absent': {
      const wins: RaceWins = []
      for (const key of job.keys) {
        if ((await putSettled(bucket, key, job.racer, { ifAbsent: true })) === 'written') wins.push(key)
      }
      return wins
    }
    case 'put-if-matches': {
      const outcome = await putSettled(bucket, job.key, job.racer, { ifMatches: job.etag })
      return outcome === 'written' ? [job.key] : []
    }
    case 'count':
      return count(bucket, job)
    case 'come-and-go':
      return comeAndGo(bucket, job)
  }
}

async function comeAndGo(
  bucket: Bucket,
  { racer, folder, times }: { racer: string; folder: string; times: number },
): Promise<RaceWins> {
  const surprises: RaceWins = []
  for (let round = 0; round < times; round++) {
    const key = `${folder}/${round % 2}/${racer}`
    const outcome = await putSettled(bucket, key, `${racer} ${round}`, { ifAbsent: true })
    if (outcome !== 'written') surprises.push(`round ${round}: put ${outcome}`)
    if (!(await bucket.get(key))) surprises.push(`round ${round}: not there after put`)
    await bucket.delete([key])
    if (await bucket.get(key)) surprises.push(`round ${round}: there after delete`)
  }
  return surprises
}

async function count(
  bucket: Bucket,
  { racer, key, times }: { racer: string; key: string; times: number },
): Promise<RaceWins> {
  const wins: RaceWins = []
  while (wins.length < times) {
    const held = await bucket.get(key)
    if (!held) throw new Error(`${key} is gone: expected a number`)
    const next = String(Number.parseInt(Buffer.from(held.body).toString(), 10) + 1)
    const outcome = await putSettled(bucket, key, `${next} by ${racer}`, { ifMatches: held.etag })
    if (outcome === 'written') wins.push(next)
  }
  return wins
}

const tries = 5

/**
 * As all do who put under a condition: what the store left in doubt is read back, and told by what is there. So `text` is
 * one that nobody else puts there.
 */
async function putSettled(
  bucket: Bucket,
  key: string,
  text: string,
  condition: PutCondition,
): Promise<PutResult['outcome']> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await bucket.put(key, Buffer.from(text), condition)).outcome
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none' || attempt === tries) throw error
    }
    const found = await bucket.get(key)
    if (found && Buffer.from(found.body).toString() === text) return 'written'
    if (found?.etag !== ('ifMatches' in condition ? condition.ifMatches : undefined)) return 'lost'
  }
}

export interface Racer {
  name: string
  run(job: RaceJob): Promise<RaceWins>
  end(): Promise<void>
}

/** How another process opens the same bucket: `module` exports `openBucket(url)`. */
export interface OpenElsewhere {
  module: string
  url: string
}

export async function startRacers(amount: number, bucket: Bucket, elsewhere?: OpenElsewhere): Promise<Racer[]> {
  const names = Array.from({ length: amount }, (_, index) => `racer-${index}`)
  if (elsewhere) return Promise.all(names.map((name) => startProcess(name, elsewhere)))
  return names.map((name) => ({ name, run: (job) => runRaceJob(bucket, job), end: async () => {} }))
}

async function startProcess(name: string, { module, url }: OpenElsewhere): Promise<Racer> {
  const child = fork(new URL('./race-worker.ts', import.meta.url), [module, url], { execArgv: [] })
  await reply(child, 'ready')
  return {
    name,
    run: async (job) => {
      const wins = reply(child, 'wins')
      child.send(job)
      return (await wins) as RaceWins
    },
    end: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** What the child sends next; its failure, or its end, is ours. */
function reply(child: ChildProcess, field: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the racer ended with code ${code} before its answer`))
    child.once('exit', onExit)
    child.once('message', (message: { error?: unknown; [field: string]: unknown }) => {
      child.off('exit', onExit)
      if (field in message) resolve(message[field])
      else reject(new Error(`the racer failed: ${String(message.error)}`))
    })
  })
}
