/** The real spool and the real S3 client against a server that does all that stores, and what stands before them, do wrong. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../../adapters/clock/port.ts'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { createShipper } from '../../../../agent/ship/ship.ts'
import { type LockedStorage, openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'
import { openSpool, type Spool } from '../../../../agent/spool/spool.ts'
import { unpackBatch } from '../../../../core/batch-bytes.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import {
  type Answer,
  cutsOff,
  fails,
  hangs,
  says,
  takesPut,
  useStoreServer,
} from '../../adapters/bucket/s3/store-server.ts'
import { createPlainRandom } from '../../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'

const store = useStoreServer()
let directory: string
let storage: LockedStorage
let spool: Spool
let log: RecordingLog
/** What the shipper waited for between its tries; the waits themselves take no time. */
let waitsMs: number[]

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-faults-'))
  storage = openDirectoryStorage(join(directory, 'spool'))
  log = createRecordingLog()
  waitsMs = []
  const bounds = { maxBytes: 1_000_000, maxAgeMs: 86_400_000 }
  spool = await openSpool({ storage, stream: 'a'.repeat(16), ...bounds, clock: systemClock, log })
})
afterEach(() => {
  storage.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Until the spool is empty. */
async function shipAll(): Promise<void> {
  const stop = new AbortController()
  const sleep: Clock['sleep'] = async (ms) => {
    waitsMs.push(ms)
    if (spool.batches().length === 0) stop.abort()
  }
  const bucket = await store.open()
  await createShipper({
    spool,
    bucket,
    clock: { ...systemClock, sleep },
    random: createPlainRandom(0.5),
    log,
  }).run(stop.signal)
}

async function addBatch(second: number): Promise<void> {
  await spool.add(makeSnapshot({ atMs: startMs + second * 1_000 }))
  await spool.seal({ host: 'web-1', agentVersion: '1.0.0', shipEveryMs: minuteMs, facts: {} })
}

const halfAnAnswer: Answer = (_, response, request) => {
  response.writeHead(500, { 'content-length': '1000' }).write('<?xml version="1.0"?><Error><Co')
  setImmediate(() => request.socket.destroy())
}

describe('a batch reaches its one key, with its bytes, although the store', () => {
  it.each<[string, Answer]>([
    ['resets the connection', cutsOff],
    ['stalls', hangs],
    ['answers 500', fails(500, 'InternalError')],
    ['answers 503', fails(503, 'SlowDown')],
    ['answers 403', fails(403, 'AccessDenied')],
    ['answers 409: somebody writes just now', fails(409, 'ConditionalRequestConflict')],
    ['finds the clock too far off', fails(403, 'RequestTimeTooSkewed', '', { date: new Date(0).toUTCString() })],
    ['gives half of an answer', halfAnAnswer],
    ['is a page of a proxy', says(200, '<html></html>', { 'content-type': 'text/html' })],
  ])('%s', async (_, answer) => {
    await addBatch(0)
    store.answers(answer, takesPut())
    await shipAll()
    const puts = store.asked.map(({ method, path, body, headers }) => [method, path, body, headers['if-none-match']])
    expect(puts).toHaveLength(2)
    expect(puts[1]).toEqual(puts[0])
    expect(puts[0]?.[3]).toBe('*')
    expect(spool.batches()).toEqual([])
  })

  it('keeps it, loses the answer, and says 412 to the second try', async () => {
    await addBatch(0)
    store.answers(cutsOff, fails(412, 'PreconditionFailed'))
    await shipAll()
    expect(new Set(store.asked.map(({ path }) => path)).size).toBe(1)
    expect(spool.batches()).toEqual([])
    expect(log.told().at(-1)).toBe('the bucket takes batches again')
  })
})

describe('a store that fails', () => {
  it('is left alone for as long as it asks', async () => {
    await addBatch(0)
    store.answers(fails(503, 'SlowDown', '', { 'retry-after': '30' }), takesPut())
    await shipAll()
    expect(waitsMs[0]).toBe(30_500)
  })

  it('at every other request gets each batch once, none is skipped, and all is told once', async () => {
    for (let second = 0; second < 6; second++) await addBatch(second)
    const faults = [cutsOff, fails(500, 'InternalError'), fails(503, 'SlowDown'), halfAnAnswer]
    store.answers(...faults.flatMap((fault) => [fault, takesPut()]), takesPut())
    await shipAll()
    expect(store.asked).toHaveLength(10)
    expect(new Set(store.asked.map(({ path }) => path)).size).toBe(6)
    expect(log.told().filter((event) => event.startsWith('the bucket takes no batches'))).toHaveLength(4)
  })
})

it('what reaches the store unpacks to what was spooled', async () => {
  await addBatch(0)
  let body: Uint8Array = new Uint8Array()
  const batch = spool.batches()[0]
  if (batch) body = (await spool.read(batch))?.body ?? body
  store.answers(takesPut())
  await shipAll()
  expect(store.asked[0]?.body).toBe(Buffer.from(body).toString())
  expect(unpackBatch(body)).toMatchObject({ ok: true, batch: { records: [makeSnapshot({ atMs: startMs })] } })
})
