/** What one run of evaluate asks of a store, as docs/protocol.md tells it; what a day comes to is in test/unit/core/cost. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../adapters/clock/system.ts'
import { silentLog } from '../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../core/alerts/default-rules.ts'
import { createHandler as createEvaluate } from '../../../functions/evaluate/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../make.ts'
import { createMemoryBucket } from '../../simulation/memory-bucket.ts'

type Operation = 'get' | 'put' | 'list' | 'delete'
type Requests = Record<Operation, number>

/** Pages of a listing and groups of deletions are one request each up to 1,000 keys, as on S3. */
function countRequests(bucket: Bucket): { bucket: Bucket; take(): Requests } {
  let counted: Requests = { get: 0, put: 0, list: 0, delete: 0 }
  return {
    bucket: {
      url: bucket.url,
      get: (...args) => {
        counted.get += 1
        return bucket.get(...args)
      },
      put: (...args) => {
        counted.put += 1
        return bucket.put(...args)
      },
      list: (...args) => {
        counted.list += 1
        return bucket.list(...args)
      },
      delete: async (keys) => {
        if (keys.length > 0) counted.delete += 1
        await bucket.delete(keys)
      },
    },
    take: () => {
      const taken = counted
      counted = { get: 0, put: 0, list: 0, delete: 0 }
      return taken
    },
  }
}

const snapshotsInBatch = 5

/** A fleet whose hosts each send a batch of five snapshots every five minutes, spread over them. */
function makeFleet(hosts: number) {
  let nowMs = startMs
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const { bucket, take } = countRequests(createMemoryBucket({ now: clock.now }))
  const shared = { bucket, shardCount: 1 as const, clock, random: systemRandom, log: silentLog }
  const evaluate = createEvaluate({ ...shared, rules: defaultRuleSet(makeSettings()) })
  const send = async (host: number, seq: number) => {
    const records = Array.from({ length: snapshotsInBatch }, (_, index) =>
      makeSnapshot({ atMs: nowMs - (snapshotsInBatch - index) * minuteMs }),
    )
    const stream = String(host).padStart(16, '0')
    const { key, body } = makeInboxObject(makeBatch({ host: `web-${host}`, stream, seq, records }))
    await bucket.put(key, body, { ifAbsent: true })
  }
  return {
    take,
    evaluate: () => evaluate({}),
    sendAll: async (seq: number) => {
      for (let host = 0; host < hosts; host++) await send(host, seq)
    },
    advance: (minutes: number) => {
      nowMs += minutes * minuteMs
    },
  }
}

/** The row of docs/protocol.md, for so many batches. */
function toldRequests(what: string, batches: number): Requests {
  const text = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
  const row = text.split('\n').find((line) => line.startsWith(`| ${what} |`)) ?? ''
  const [get = 0, put = 0, list = 0, remove = 0] = row
    .split('|')
    .slice(2, -1)
    .map((cell) => (cell.includes('*b*') ? batches + Number(cell.replace('*b* +', '')) : Number(cell)))
  return { get, put, list, delete: remove }
}

describe('requests of evaluate', () => {
  it.each([1, 10])(
    'with %d hosts: three when there is nothing new; otherwise one a batch and eight more, and two every five minutes',
    async (hosts) => {
      const fleet = makeFleet(hosts)
      await fleet.sendAll(1)
      await fleet.evaluate()
      fleet.take()
      await fleet.evaluate()
      // State, what operators say, the inbox.
      expect(fleet.take()).toEqual(toldRequests('finds nothing', 0))
      fleet.advance(snapshotsInBatch)
      await fleet.sendAll(2)
      fleet.take()
      await fleet.evaluate()
      // State, what operators say and what the page shows now; each batch; block, state and page; the inbox emptied at
      // once. And the heartbeat, read and written.
      const told = toldRequests('takes *b* batches', hosts)
      expect(fleet.take()).toEqual({ ...told, get: told.get + 1, put: told.put + 1 })
    },
  )
})

it('evaluate puts one more before the first commit of a day: what replay begins with', async () => {
  const fleet = makeFleet(1)
  await fleet.sendAll(1)
  await fleet.evaluate()
  const puts: number[] = []
  for (const minutes of [12 * 60, 5, 24 * 60]) {
    fleet.advance(minutes)
    await fleet.sendAll(puts.length + 2)
    fleet.take()
    await fleet.evaluate()
    puts.push(fleet.take().put)
  }
  expect(puts).toEqual([5, 4, 5])
})
