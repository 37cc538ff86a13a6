import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { createPing } from '../../../../adapters/http/ping.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { unpack } from '../../../../core/codec.ts'
import { heartbeatKey, logPrefix } from '../../../../core/keys.ts'
import { parseBlock } from '../../../../core/shard/block.ts'
import { readState } from '../../../../functions/evaluate/commit.ts'
import { createHandler } from '../../../../functions/evaluate/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

let nowMs = startMs
let bucket: Bucket
let pings: number
let warnings: string[]
beforeEach(() => {
  nowMs = startMs
  bucket = createMemoryBucket({ now: () => nowMs })
  pings = 0
  warnings = []
})

const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
const log: Log = { ...silentLog, warn: (message) => warnings.push(message) }

/** A process of its own: it remembers nothing of another. */
function start({ from = bucket, ping }: { from?: Bucket; ping?: () => Promise<void> } = {}) {
  const count = async () => {
    pings += 1
  }
  const rules = defaultRuleSet(makeSettings())
  return createHandler({ bucket: from, shardCount: 1, rules, clock, random: systemRandom, log, ping: ping ?? count })
}

async function send(seq: number): Promise<void> {
  const { key, body } = makeInboxObject(makeBatch({ seq, records: [makeSnapshot({ atMs: nowMs })] }))
  await bucket.put(key, body, { ifAbsent: true })
}

const beat = async () => JSON.parse(Buffer.from((await bucket.get(heartbeatKey))?.body ?? []).toString() || 'null')

describe('the heartbeat', () => {
  it('is written after a run through all shards, and every five minutes at most', async () => {
    const evaluate = start()
    await evaluate({})
    expect(await beat()).toEqual({ v: 1, atMs: startMs, shards: 1 })
    nowMs += 4 * minuteMs
    await evaluate({})
    await start()({})
    expect(await beat()).toMatchObject({ atMs: startMs })
    nowMs += minuteMs
    await evaluate({})
    expect(await beat()).toMatchObject({ atMs: nowMs })
  })

  it('is neither written nor told outside when a shard failed', async () => {
    const failing: Bucket = {
      ...bucket,
      list: async () => {
        throw new BucketError('away', { operation: 'list', key: '', effect: 'none' })
      },
    }
    await expect(start({ from: failing })({})).rejects.toThrow(/shard all failed/)
    expect([await beat(), pings]).toEqual([null, 0])
  })

  it('is asked for outside after each run, and not each second', async () => {
    const evaluate = start()
    for (const seconds of [0, 1, 30, 60, 120]) {
      nowMs = startMs + seconds * 1_000
      await evaluate({})
    }
    expect(pings).toBe(3)
  })

  it('that nobody hears fails no run, and is told', async () => {
    const ping = async () => {
      throw new Error('hc.example: it answered 500')
    }
    await expect(start({ ping })({})).resolves.toMatchObject([{ outcome: 'idle' }])
    expect(warnings).toEqual(['heartbeat not heard at MONITOR_HEARTBEAT_URL'])
  })

  it('that is damaged is told, and written anew', async () => {
    await bucket.put(heartbeatKey, Buffer.from('{'))
    await start()({})
    expect(warnings).toEqual(['heartbeat not readable'])
    expect(await beat()).toMatchObject({ atMs: startMs })
  })
})

describe('a heartbeat of a newer version', () => {
  it('stays as it is and is told, whatever it looks like, and evaluate does its work', async () => {
    const body = Buffer.from('{"v":2,"shards":[{"shard":"all","atMs":"soon"}]}')
    await bucket.put(heartbeatKey, body)
    const evaluate = start()
    for (const seq of [1, 2]) {
      await send(seq)
      expect(await evaluate({})).toMatchObject([{ outcome: 'committed', samples: 1 }])
      nowMs += 10 * minuteMs
    }
    expect((await bucket.get(heartbeatKey))?.body).toEqual(Uint8Array.from(body))
    expect(warnings).toEqual(['heartbeat not readable', 'heartbeat not readable'])
    expect(pings).toBe(2)
  })

  it('is followed by our own once the newer one is gone', async () => {
    await bucket.put(heartbeatKey, Buffer.from('{"v":2}'))
    const evaluate = start()
    await evaluate({})
    await bucket.delete([heartbeatKey])
    nowMs += minuteMs
    await evaluate({})
    expect(await beat()).toEqual({ v: 1, atMs: nowMs, shards: 1 })
  })
})

describe('a run that finds it old', () => {
  it('says in its block that evaluate was away, once, and calls nobody down who was silent meanwhile', async () => {
    await send(1)
    await start()({})
    nowMs += 60 * minuteMs
    expect(await start()({})).toMatchObject([{ outcome: 'committed', transitions: [] }])
    const resumedAtMs = nowMs
    const last = (await bucket.list(logPrefix('all'))).objects.at(-1)
    const block = await bucket.get(last?.key ?? '')
    expect(parseBlock(unpack(block?.body ?? new Uint8Array(), 2 ** 20)).header).toMatchObject({ n: 2, resumedAtMs })
    nowMs += minuteMs
    await start()({})
    expect((await readState(bucket, 'all')).state.resumedAtMs).toBe(resumedAtMs)
    expect(warnings).toEqual(['evaluate was away: silence of hosts counts from now'])
  })

  it('was not away where this process ran, though the store took no heartbeat', async () => {
    const deaf: Bucket = {
      ...bucket,
      put: async (key, ...rest) => {
        if (key === heartbeatKey) throw new BucketError('refused', { operation: 'put', key, effect: 'none' })
        return bucket.put(key, ...rest)
      },
    }
    await bucket.put(heartbeatKey, Buffer.from(JSON.stringify({ v: 1, atMs: startMs - 60 * minuteMs, shards: 1 })))
    const evaluate = start({ from: deaf })
    await evaluate({})
    nowMs += minuteMs
    await evaluate({})
    expect(warnings.filter((one) => one.includes('away'))).toHaveLength(1)
  })

  it('came back once, however long a shard goes on failing', async () => {
    await send(1)
    await start()({})
    let fails = true
    const failing: Bucket = {
      ...bucket,
      list: async (prefix, options) => {
        if (fails) throw new BucketError('away', { operation: 'list', key: prefix, effect: 'none' })
        return bucket.list(prefix, options)
      },
    }
    nowMs += 60 * minuteMs
    const resumedAtMs = nowMs
    const evaluate = start({ from: failing })
    for (let minute = 0; minute < 40; minute++) {
      await expect(evaluate({})).rejects.toThrow(/shard all failed/)
      nowMs += minuteMs
    }
    fails = false
    await evaluate({})
    expect((await readState(bucket, 'all')).state.resumedAtMs).toBe(resumedAtMs)
    expect(warnings.filter((one) => one.includes('away'))).toHaveLength(1)
  })

  it('was not away where there never was one', async () => {
    await start()({})
    expect((await readState(bucket, 'all')).state.resumedAtMs).toBeUndefined()
  })
})

describe('who listens outside', () => {
  const server = createServer((request, response) => {
    if (request.url === '/hangs') return
    response.statusCode = request.url === '/well' ? 200 : 500
    response.end('thanks')
  })
  let origin: string
  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    ['/secret-500', /^127\.0\.0\.1:\d+: it answered 500$/],
    ['/hangs', /^127\.0\.0\.1:\d+: no answer in 0\.2 s$/],
  ])('and does not hear it at %s is named without its secret', async (path, expected) => {
    await expect(createPing({ url: `${origin}${path}`, deadlineMs: 200 })()).rejects.toThrow(expected)
  })

  it('hears it', async () => {
    await expect(createPing({ url: `${origin}/well`, deadlineMs: 2_000 })()).resolves.toBeUndefined()
  })
})
