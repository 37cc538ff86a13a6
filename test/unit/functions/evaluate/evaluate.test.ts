import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { encodeBatch } from '../../../../core/batch.ts'
import { pack, sha16, unpack } from '../../../../core/codec.ts'
import {
  checkpointKey,
  checkpointPrefix,
  inboxKey,
  inboxPrefix,
  logPrefix,
  nowKey,
  openNoticesPrefix,
  stateKey,
} from '../../../../core/keys.ts'
import { limits } from '../../../../core/limits.ts'
import type { ShardNow } from '../../../../core/now.ts'
import { parseBlock } from '../../../../core/shard/block.ts'
import { readState } from '../../../../functions/evaluate/commit.ts'
import { evaluateShard } from '../../../../functions/evaluate/evaluate.ts'
import { createHandler } from '../../../../functions/evaluate/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createRecordingLog } from '../../agent/recording-log.ts'

const rules = defaultRuleSet(makeSettings())

let directory: string
let bucket: Bucket
let nowMs: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-evaluate-'))
  bucket = await openDirectoryBucket(directory)
  nowMs = startMs
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }

function evaluate(from: Bucket = bucket, log: Log = silentLog) {
  return evaluateShard({ bucket: from, shard: 'all', rules, clock, random: systemRandom, log })
}

async function send(batch: Parameters<typeof makeBatch>[0]): Promise<string> {
  const { key, body } = makeInboxObject(makeBatch(batch))
  await bucket.put(key, body, { ifAbsent: true })
  return key
}

async function keys(prefix = ''): Promise<string[]> {
  return (await bucket.list(prefix)).objects.map(({ key }) => key)
}

/** Every object with its ETag: two of these are equal when nothing was written. */
async function everything(): Promise<[string, string | undefined][]> {
  return Promise.all(
    (await keys()).map(async (key) => [key, (await bucket.get(key))?.etag] as [string, string | undefined]),
  )
}

const fullDisk = [makeSnapshot({ disks: [['/var', 95]] })]

describe('evaluate', () => {
  it('publishes what a custom check found as an alert, as severe as it was found, and tells it', async () => {
    const finding = { check: 'queue', subject: 'orders', severity: 'critical', message: 'jobs wait' } as const
    await send({ records: [makeSnapshot({ findings: [finding] })] })
    expect(await evaluate()).toMatchObject({ outcome: 'committed', notices: 1 })
    const now = JSON.parse(Buffer.from((await bucket.get(nowKey('all')))?.body ?? []).toString()) as ShardNow
    expect(now.hosts[0]?.alerts).toMatchObject([
      {
        rule: 'finding',
        entity: 'queue: orders',
        severity: 'critical',
        reason: 'jobs wait',
        alert: { state: 'firing' },
      },
    ])
  })

  it('takes a batch, commits once, empties the inbox, and publishes the page', async () => {
    await send({})
    expect(await evaluate()).toMatchObject({ outcome: 'committed', n: 1, batches: 1, samples: 1, refused: 0 })
    expect(await keys(inboxPrefix)).toEqual([])
    expect(await keys('log/')).toHaveLength(1)
    const now = JSON.parse(Buffer.from((await bucket.get(nowKey('all')))?.body ?? '').toString()) as ShardNow
    expect(now.hosts).toMatchObject([{ host: 'web-1', latest: { cpu: { percent: 10 } } }])
  })

  it('writes nothing when there is nothing new', async () => {
    await send({ records: fullDisk })
    await evaluate()
    const before = await everything()
    nowMs += minuteMs
    expect(await evaluate()).toEqual({ outcome: 'idle', shard: 'all' })
    expect(await everything()).toEqual(before)
  })

  it('deletes a duplicate and commits nothing for it', async () => {
    const { key, body } = makeInboxObject(makeBatch())
    await bucket.put(key, body)
    await evaluate()
    await bucket.put(key, body)
    expect((await evaluate()).outcome).toBe('idle')
    expect(await keys(inboxPrefix)).toEqual([])
  })

  it('makes one notice for a full disk, and the next commit stops listing it', async () => {
    await send({ records: fullDisk })
    expect(await evaluate()).toMatchObject({ notices: 1, transitions: [{ to: 'firing' }] })
    expect(await keys(openNoticesPrefix)).toHaveLength(1)
    expect((await readState(bucket, 'all')).state.notices).toHaveLength(1)
    await send({ seq: 2, records: [makeSnapshot({ atMs: startMs + minuteMs, disks: [['/var', 95]] })] })
    await evaluate()
    expect((await readState(bucket, 'all')).state.notices).toEqual([])
    expect(await keys(openNoticesPrefix)).toHaveLength(1)
  })

  it('commits each transition once, whatever number of runs race', async () => {
    await send({ records: fullDisk })
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => evaluate()))
    expect(outcomes.filter(({ outcome }) => outcome === 'committed')).toHaveLength(1)
    expect(await keys(openNoticesPrefix)).toHaveLength(1)
  })

  it('starts again when another run was first, and takes it for its own when only the answer was lost', async () => {
    await send({ records: fullDisk })
    let lie = true
    const lying: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        const result = await bucket.put(key, body, condition)
        if (key !== stateKey('all') || !lie) return result
        lie = false
        return { outcome: 'lost' }
      },
    }
    expect(await evaluate(lying)).toMatchObject({ outcome: 'committed', n: 1, notices: 1 })
    expect((await readState(bucket, 'all')).state.head?.n).toBe(1)
  })

  it('takes a shard that others began and went on with meanwhile for theirs, and not for one that lost its state', async () => {
    await send({ host: 'first' })
    let isFirst = true
    const slow: Bucket = {
      ...bucket,
      list: async (prefix, options) => {
        if (prefix === logPrefix('all') && isFirst) {
          isFirst = false
          await evaluate()
          await send({ host: 'second' })
          await evaluate()
        }
        return await bucket.list(prefix, options)
      },
    }
    expect(await evaluate(slow)).toEqual({ outcome: 'idle', shard: 'all' })
    expect(Object.keys((await readState(bucket, 'all')).state.hosts)).toEqual(['first', 'second'])
  })

  const good = makeInboxObject(makeBatch({ host: 'bad-1' }))
  const inOther = makeBatch({ host: 'other' })
  it.each<[what: string, key: string, body: Uint8Array, reason: string]>([
    ['is no zstd', keyFor(Buffer.from('x')), Buffer.from('x'), 'not zstd'],
    ['is no JSON', keyFor(pack('{')), pack('{'), 'not JSON'],
    ['has other bytes than its name says', good.key, pack('{}'), 'the key says sha256'],
    [
      'names another host than its key',
      keyFor(pack(encodeBatch(inOther))),
      pack(encodeBatch(inOther)),
      'the key names host bad-1, the header other',
    ],
    ['has a snapshot that does not parse', ...withCpu(-3), 'line 2: cpu.percent'],
    ['is nested too deeply', ...packed(`${'['.repeat(99)}${']'.repeat(99)}`), 'nested deeper'],
    ['is a zip bomb', ...packed(' '.repeat(limits.batchBytes + 1)), 'not zstd of at most'],
    ['is too large', keyFor(Buffer.alloc(1)), Buffer.alloc(limits.batchCompressedBytes + 1), 'bytes, at most'],
    ['has a prefix that is not its hash', good.key.replace(/v1\/..../, 'v1/0000'), good.body, 'the prefix is 0000'],
    ['is foreign', 'inbox/v1/hello.txt', Buffer.from('hi'), 'the key is not'],
  ])('refuses an object that %s, keeps it with the reason, and evaluates the others', async (_, key, body, reason) => {
    await bucket.put(key, body)
    await send({ records: fullDisk })
    const outcome = await evaluate()
    expect(outcome).toMatchObject({ outcome: 'committed', batches: 1, refused: 1, notices: 1 })
    expect(await keys(inboxPrefix)).toEqual([])
    const [rejectedKey = ''] = await keys('rejected/')
    const rejected = JSON.parse(Buffer.from((await bucket.get(rejectedKey))?.body ?? '').toString())
    expect(rejected).toMatchObject({ key, reason: expect.stringContaining(reason) })
    if (body.length <= limits.batchCompressedBytes) {
      expect(Buffer.from(rejected.bodyBase64, 'base64').equals(body)).toBe(true)
    }
  })

  it('keeps no more rejected objects of a host and day than the limit', async () => {
    const extra = 5
    for (let index = 0; index < limits.rejectedPerHostAndDay + extra; index++) {
      const body = Buffer.from(`bad ${index}`)
      await bucket.put(keyFor(body, index + 1), body)
    }
    expect(await evaluate()).toMatchObject({ refused: limits.rejectedPerHostAndDay + extra })
    expect(await keys('rejected/')).toHaveLength(limits.rejectedPerHostAndDay)
    expect((await keys(inboxPrefix)).length).toBe(0)
  })

  it('leaves what a newer agent wrote, and takes the rest', async () => {
    const text = encodeBatch(makeBatch({ host: 'new-1' })).replace('"v":1', '"v":2')
    const key = keyFor(pack(text), 1, 'new-1')
    await bucket.put(key, pack(text))
    await send({})
    const log = createRecordingLog()
    expect(await evaluate(bucket, log)).toMatchObject({ batches: 1, refused: 0 })
    expect(await keys(inboxPrefix)).toEqual([key])
    // Of that host nothing else is known yet: there is no other place to say it.
    const fields = { batches: 1, hosts: 1, host: 'new-1', reason: 'schema version 2, this function reads up to 1' }
    expect(log.events).toMatchObject([{ event: 'batches of newer agents wait for newer functions', fields }])
  })

  it('leaves one of them alone also when it has more records than are taken today', async () => {
    const records = Array.from({ length: limits.recordsPerBatch + 1 }, (_, index) => ({ later: index }))
    const text = [{ v: 2 }, ...records].map((line) => JSON.stringify(line)).join('\n')
    const key = keyFor(pack(text), 1, 'new-1')
    await bucket.put(key, pack(text))
    await evaluate()
    expect(await keys(inboxPrefix)).toEqual([key])
  })

  it('lets a host with a mountain of objects not hold up the others', async () => {
    for (let seq = 1; seq <= limits.objectsPerHostAndRun + 50; seq++) await send({ host: 'flood', seq })
    const others = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const host of others) await send({ host })
    expect(await evaluate()).toMatchObject({ batches: limits.objectsPerHostAndRun + others.length })
    expect(Object.keys((await readState(bucket, 'all')).state.hosts)).toEqual(expect.arrayContaining(others))
    expect(await evaluate()).toMatchObject({ batches: 50 })
  })

  it('goes on when one object cannot be read, and takes it later', async () => {
    const unreadable = await send({ host: 'stuck' })
    await send({})
    const failing: Bucket = {
      ...bucket,
      get: async (key, options) => {
        if (key === unreadable) throw new BucketError('input/output error', { operation: 'get', key, effect: 'none' })
        return bucket.get(key, options)
      },
    }
    expect(await evaluate(failing)).toMatchObject({ batches: 1 })
    expect(await evaluate()).toMatchObject({ batches: 1 })
  })

  it('calls nobody down while something that was sent could not be read', async () => {
    await send({})
    await evaluate()
    nowMs += 60 * minuteMs
    const unreadable = await send({ seq: 2 })
    const failing: Bucket = {
      ...bucket,
      get: async (key, options) => {
        if (key === unreadable) throw new BucketError('input/output error', { operation: 'get', key, effect: 'none' })
        return bucket.get(key, options)
      },
    }
    expect((await evaluate(failing)).outcome).toBe('idle')
    expect(await evaluate()).toMatchObject({ batches: 1, transitions: [] })
  })

  it('calls others down although something of one host can never be read, and says so in its block', async () => {
    await send({})
    await send({ host: 'stuck' })
    await evaluate()
    nowMs += 60 * minuteMs
    const unreadable = await send({ host: 'stuck', seq: 2 })
    const junk = `${unreadable.slice(0, unreadable.lastIndexOf('/'))}/junk`
    await bucket.put(junk, Buffer.from('x'))
    const failing: Bucket = {
      ...bucket,
      get: async (key, options) => {
        if (key === unreadable || key === junk)
          throw new BucketError('InvalidObjectState', { operation: 'get', key, effect: 'none' })
        return bucket.get(key, options)
      },
    }
    expect(await evaluate(failing)).toMatchObject({ transitions: [{ host: 'web-1', rule: 'host-down', to: 'firing' }] })
    const last = (await bucket.list(logPrefix('all'))).objects.at(-1)
    const block = parseBlock(unpack((await bucket.get(last?.key ?? ''))?.body ?? new Uint8Array(), 2 ** 20))
    expect(block.header).toMatchObject({ sawWholeInbox: true, unreadHosts: ['stuck'] })
  })

  it('does again what failed after the commit', async () => {
    await send({ records: fullDisk })
    const failing: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        if (key.startsWith(openNoticesPrefix))
          throw new BucketError('away', { operation: 'put', key, effect: 'unknown' })
        return bucket.put(key, body, condition)
      },
      delete: async (deleted) => {
        throw new BucketError('away', { operation: 'delete', key: deleted[0] ?? '', effect: 'unknown' })
      },
    }
    expect(await evaluate(failing)).toMatchObject({ outcome: 'committed', notices: 1 })
    expect(await keys(openNoticesPrefix)).toEqual([])
    expect((await evaluate()).outcome).toBe('idle')
    expect(await keys(openNoticesPrefix)).toHaveLength(1)
    expect(await keys(inboxPrefix)).toEqual([])
  })
})

describe('checkpoints', () => {
  const sendNext = async (seq: number) => {
    nowMs += minuteMs
    await send({ seq, records: [makeSnapshot({ atMs: nowMs, cpuPercent: seq })] })
  }
  const checkpoints = () => keys(checkpointPrefix('all'))
  const stateNow = async () => (await bucket.get(stateKey('all')))?.body ?? new Uint8Array()

  it('are state as it was before the first commit of each day, UTC', async () => {
    await sendNext(1)
    await evaluate()
    await sendNext(2)
    await evaluate()
    // Before the first block there is nothing.
    expect(await checkpoints()).toEqual([])
    const before = await stateNow()
    nowMs = startMs + 13 * 3_600_000
    await sendNext(3)
    await evaluate()
    await sendNext(4)
    await evaluate()
    expect(await checkpoints()).toEqual([checkpointKey('all', 2)])
    expect((await bucket.get(checkpointKey('all', 2)))?.body).toEqual(before)
  })

  it('are not made by a run that has nothing to commit', async () => {
    await sendNext(1)
    await send({ seq: 2, records: [{ kind: 'goodbye', observedAtMs: nowMs }] })
    await evaluate()
    nowMs += 86_400_000
    expect(await evaluate()).toMatchObject({ outcome: 'idle' })
    expect(await checkpoints()).toEqual([])
  })

  it('are the same whoever makes them: a run that dies after it, or loses the commit, changes nothing for the next', async () => {
    await sendNext(1)
    await evaluate()
    nowMs += 86_400_000
    await sendNext(2)
    const dying: Bucket = {
      ...bucket,
      put: async (key, body, condition) => {
        if (key.startsWith('log/')) throw new BucketError('gone', { operation: 'put', key, effect: 'none' })
        return bucket.put(key, body, condition)
      },
    }
    await expect(evaluate(dying)).rejects.toThrow('gone')
    const made = (await bucket.get(checkpointKey('all', 1)))?.etag
    expect(made).toBeDefined()
    expect((await Promise.all([evaluate(), evaluate()])).map(({ outcome }) => outcome)).toContain('committed')
    expect(await checkpoints()).toEqual([checkpointKey('all', 1)])
    expect((await bucket.get(checkpointKey('all', 1)))?.etag).toBe(made)
  })
})

describe("evaluate's handler", () => {
  const handler = () => createHandler({ bucket, rules, clock, random: systemRandom, log: silentLog, shardCount: 16 })

  it('gives every shard its turn, whatever happens to another', async () => {
    await bucket.put(stateKey('3'), Buffer.from('damaged'))
    await expect(handler()({})).rejects.toThrow(/shard 3 failed/)
  })

  it('refuses a shard that does not exist, by name', async () => {
    await expect(handler()({ shards: ['zz'] })).rejects.toThrow(/event\.shards: zz: expected of 16 shards/)
  })
})

function keyFor(body: Uint8Array, seq = 1, host = 'bad-1'): string {
  return inboxKey({ host, stream: 'b'.repeat(16), seq, sha16: sha16(body) })
}

function packed(text: string): [string, Uint8Array] {
  const body = pack(text)
  return [keyFor(body), body]
}

function withCpu(percent: number): [string, Uint8Array] {
  const batch = makeBatch({ host: 'bad-1', stream: 'b'.repeat(16), records: [makeSnapshot({ cpu: { percent } })] })
  return packed(encodeBatch(batch))
}
