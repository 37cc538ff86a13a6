import { beforeEach, describe, expect, it } from 'vitest'
import { type Bucket, BucketError, type PutCondition, type PutResult } from '../../../../adapters/bucket/port.ts'
import { createShipper } from '../../../../agent/ship/ship.ts'
import { openSpool, type Spool } from '../../../../agent/spool/spool.ts'
import { parseInboxKey } from '../../../../core/keys.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createManualClock, createPlainRandom, type ManualClock } from '../../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'
import { createFaultyDisk, type FaultyDisk } from '../spool/faulty-disk.ts'

type Answer = PutResult | 'fails' | 'hangs' | 'knows no conditions' | { retryAfterMs: number }

const facts = { host: 'web-1', agentVersion: '1.0.0', shipEveryMs: minuteMs, facts: {} }
const written: PutResult = { outcome: 'written', etag: 'e', storeAtMs: 77 }

let disk: FaultyDisk
let log: RecordingLog
let clock: ManualClock
let spool: Spool
let seconds: number
/** By turns; the last for all that follow. */
let answers: Answer[]
/** Numbers of the batches that were put, in their order. */
let puts: number[]
let conditions: (PutCondition | undefined)[]
/** Happens while a put is on its way. */
let duringPut: () => void

beforeEach(async () => {
  disk = createFaultyDisk()
  log = createRecordingLog()
  clock = createManualClock()
  seconds = 0
  answers = [written]
  puts = []
  conditions = []
  duringPut = () => {}
  spool = await openSpool({
    storage: disk.storage,
    stream: 'a'.repeat(16),
    maxBytes: 1_000_000,
    maxAgeMs: 3_600_000,
    clock,
    log,
  })
})

const bucket: Bucket = {
  url: 'memory:',
  put: async (key, _, condition) => {
    conditions.push(condition)
    const name = parseInboxKey(key)
    if ('refused' in name) throw new Error(name.refused)
    puts.push(name.seq)
    duringPut()
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? written
    if (answer === 'hangs') return new Promise<never>(() => {})
    if (answer === 'fails') throw new BucketError('away', { operation: 'put', key, effect: 'unknown' })
    if (answer === 'knows no conditions') {
      throw new BucketError('501', { operation: 'put', key, effect: 'none', isUnknownRequest: true })
    }
    if ('retryAfterMs' in answer) throw new BucketError('later', { operation: 'put', key, effect: 'none', ...answer })
    return answer
  },
  get: () => Promise.reject(new Error('an agent may not read')),
  list: () => Promise.reject(new Error('an agent may not list')),
  delete: () => Promise.reject(new Error('an agent may not delete')),
}

async function addBatches(count: number) {
  for (let index = 0; index < count; index++) {
    seconds += 1
    await spool.add(makeSnapshot({ atMs: startMs + seconds * 1_000 }))
    await spool.seal(facts)
  }
}

/** Lets everything run that waits for no clock. */
async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function start(onPushed?: (pushed: { storeAtMs?: number }) => void) {
  const random = createPlainRandom(0.5)
  const shipper = createShipper({ spool, bucket, clock, random, log, ...(onPushed ? { onPushed } : {}) })
  const stop = new AbortController()
  const running = shipper.run(stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  return { shipper, end }
}

describe('shipping', () => {
  it('puts what waits, and tells what the clock of the store said', async () => {
    await addBatches(2)
    const storeAtMs: unknown[] = []
    const { end } = start((pushed) => storeAtMs.push(pushed.storeAtMs))
    await settled()
    expect(puts).toEqual([1, 2])
    expect(storeAtMs).toEqual([77, 77])
    expect(spool.batches()).toEqual([])
    await end()
  })

  it('sends from memory what a full disk does not take', async () => {
    disk.setFull(true)
    await addBatches(2)
    const { end } = start()
    await settled()
    expect(puts).toEqual([1, 2])
    expect(spool.batches()).toEqual([])
    expect(spool.stats()).toMatchObject({ state: 'memory', droppedBatches: 0 })
    await end()
  })

  it('takes "it is there" for "written": the key names the content', async () => {
    answers = [{ outcome: 'lost' }]
    await addBatches(1)
    const { end } = start()
    await settled()
    expect(spool.batches()).toEqual([])
    expect(log.events).toEqual([])
    await end()
  })

  it('puts under the condition that it is not there, and without where the store knows none, told once', async () => {
    answers = [written, 'knows no conditions', written]
    await addBatches(3)
    const { end } = start()
    await settled()
    expect(puts).toEqual([1, 2, 2, 3])
    expect(conditions).toEqual([{ ifAbsent: true }, { ifAbsent: true }, undefined, undefined])
    expect(spool.batches()).toEqual([])
    expect(log.events.map(({ event }) => event)).toEqual([
      'the store knows no conditional writes: batches are sent without',
    ])
    await end()
  })

  it('sends a new batch as soon as it is woken', async () => {
    const { shipper, end } = start()
    await settled()
    await addBatches(1)
    await settled()
    expect(puts).toEqual([])
    shipper.wake()
    await settled()
    expect(puts).toEqual([1])
    await end()
  })

  it('looks by itself each minute, should nobody wake it', async () => {
    const { end } = start()
    await settled()
    await addBatches(1)
    clock.advance(60_000)
    await settled()
    expect(puts).toEqual([1])
    await end()
  })

  it('sends the newest first when more than three wait: alerts recover before history does', async () => {
    await addBatches(5)
    const { end } = start()
    await settled()
    expect(puts).toEqual([5, 4, 1, 2, 3])
    await end()
  })

  it('waits longer and longer, never gives up, tells the outage once and its end once', async () => {
    answers = ['fails', 'fails', 'fails', written]
    await addBatches(1)
    const { shipper, end } = start()
    duringPut = shipper.wake
    await settled()
    const waits: number[] = []
    for (let tries = 1; tries < 4; tries++) {
      // To be woken is no reason to press a store that is away.
      shipper.wake()
      let waitedMs = 0
      for (; puts.length === tries; waitedMs += 100) {
        clock.advance(100)
        await settled()
      }
      waits.push(waitedMs)
    }
    expect(waits).toEqual([500, 1_000, 2_000])
    expect(spool.batches()).toEqual([])
    expect(log.events).toEqual([
      {
        level: 'warn',
        event: 'the bucket takes no batches; they wait in the spool',
        fields: { bucket: 'memory:', reason: 'away' },
      },
      { level: 'info', event: 'the bucket takes batches again', fields: { bucket: 'memory:', failures: 3 } },
    ])
    await end()
  })

  it('leaves a store alone for as long as that asks, and not for longer than its cap', async () => {
    answers = [{ retryAfterMs: 20_000 }, { retryAfterMs: 86_400_000 }, written]
    await addBatches(1)
    const { end } = start()
    await settled()
    const pressed = async (ms: number) => {
      clock.advance(ms)
      await settled()
      return puts.length
    }
    expect(await pressed(20_499)).toBe(1)
    expect(await pressed(1)).toBe(2)
    expect(await pressed(300_999)).toBe(2)
    expect(await pressed(1)).toBe(3)
    await end()
  })

  it('goes on with the others when the disk does not give one, tells it once, and tries it again later', async () => {
    await addBatches(2)
    disk.faultAt(0, { kind: 'fail', when: 'before' })
    const { end } = start()
    await settled()
    expect(puts).toEqual([2])
    expect(log.told()).toEqual(['a batch can not be shipped from the spool'])
    clock.advance(60_000)
    await settled()
    expect(puts).toEqual([2, 1])
    await end()
  })

  it('goes on with the others when one is damaged', async () => {
    await addBatches(2)
    for (const [name] of disk.files) if (name.includes('-000000000001-')) disk.files.set(name, Buffer.from('garbage'))
    const { end } = start()
    await settled()
    expect(puts).toEqual([2])
    expect(spool.batches()).toEqual([])
    await end()
  })
})

describe('the flush at the end', () => {
  const flush = (signal: AbortSignal) =>
    createShipper({ spool, bucket, clock, random: createPlainRandom(), log }).flush(signal)

  it('sends all that waits, newest first', async () => {
    await addBatches(3)
    await flush(new AbortController().signal)
    expect(puts).toEqual([3, 2, 1])
  })

  it('stops at the first failure: the next start sends the rest', async () => {
    answers = [written, 'fails']
    await addBatches(3)
    await flush(new AbortController().signal)
    expect(puts).toEqual([3, 2])
    expect(spool.batches().map(({ seq }) => seq)).toEqual([1, 2])
    expect(log.told()).toEqual(['not everything could be sent; the next start sends it'])
  })

  it('begins nothing more once its time is over', async () => {
    await addBatches(3)
    await flush(AbortSignal.abort())
    expect(puts).toEqual([])
  })
})
