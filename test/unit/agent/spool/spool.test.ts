import { beforeEach, describe, expect, it } from 'vitest'
import { openSpool } from '../../../../agent/spool/spool.ts'
import type { BatchRecord } from '../../../../core/batch.ts'
import { unpackBatch } from '../../../../core/batch-bytes.ts'
import { parseInboxKey } from '../../../../core/keys.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createManualClock, type ManualClock } from '../../functions/notify/manual-clock.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'
import { createFaultyDisk, type FaultyDisk } from './faulty-disk.ts'

const facts = { host: 'web-1', agentVersion: '1.0.0', shipEveryMs: minuteMs, facts: {} }
const first = 'a'.repeat(16)
const second = 'b'.repeat(16)

let disk: FaultyDisk
let log: RecordingLog
let clock: ManualClock
beforeEach(() => {
  disk = createFaultyDisk()
  log = createRecordingLog()
  clock = createManualClock()
})

function open({ stream = first, maxBytes = 1_000_000, maxAgeMs = 3_600_000 } = {}) {
  return openSpool({ storage: disk.storage, stream, maxBytes, maxAgeMs, clock, log })
}

function at(second: number) {
  return makeSnapshot({ atMs: startMs + second * 1_000 })
}

async function keysOf(spool: Awaited<ReturnType<typeof open>>): Promise<(string | undefined)[]> {
  return await Promise.all(spool.batches().map(async (batch) => (await spool.read(batch))?.key))
}

async function recordsOf(spool: Awaited<ReturnType<typeof open>>): Promise<BatchRecord[][]> {
  const all: BatchRecord[][] = []
  for (const batch of spool.batches()) {
    const file = await spool.read(batch)
    const parsed = unpackBatch(file?.body ?? new Uint8Array())
    if (!parsed.ok) throw new Error(parsed.reason)
    all.push(parsed.batch.records)
  }
  return all
}

describe('the spool', () => {
  it('has a snapshot on disk as soon as it is accepted, and a batch instead of it when it is sealed', async () => {
    const spool = await open()
    await spool.add(at(0))
    await spool.add(at(1))
    expect([...disk.files.keys()]).toEqual([`open-${first}-000000000001.ndjson`])
    await spool.seal(facts)
    const [batch] = spool.batches()
    expect([...disk.files.keys()]).toEqual([batch?.name])
    expect(batch).toMatchObject({ stream: first, seq: 1, fromMs: startMs, toMs: startMs + 1_000, snapshots: 2 })
    expect(await recordsOf(spool)).toEqual([[at(0), at(1)]])
  })

  it('names a batch for the inbox by host, stream, number and content', async () => {
    const spool = await open()
    await spool.add(at(0))
    await spool.seal(facts)
    const [batch] = spool.batches()
    const file = batch && (await spool.read(batch))
    expect(parseInboxKey(file?.key ?? '')).toEqual({ host: 'web-1', stream: first, seq: 1, sha16: batch?.sha16 })
  })

  it('makes no batch of nothing', async () => {
    const spool = await open()
    await spool.seal(facts)
    expect(spool.batches()).toEqual([])
  })

  it('lets a batch go when the bucket has it', async () => {
    const spool = await open()
    await spool.add(at(0))
    await spool.seal(facts)
    for (const batch of spool.batches()) await spool.sent(batch)
    const dropped = { droppedBatches: 0, droppedSnapshots: 0 }
    expect(spool.stats()).toEqual({ batches: 0, bytes: 0, ...dropped, state: 'disk', openRecords: 0, openBytes: 0 })
    expect(disk.files.size).toBe(0)
  })

  it('ships what a dead process left under its own stream, and counts its own from 1', async () => {
    const dead = await open()
    await dead.add(at(0))
    await dead.seal(facts)
    await dead.add(at(1))
    const spool = await open({ stream: second })
    await spool.add(at(2))
    await spool.seal(facts)
    expect(spool.batches().map(({ stream, seq }) => [stream, seq])).toEqual([
      [first, 1],
      [first, 2],
      [second, 1],
    ])
    expect(await recordsOf(spool)).toEqual([[at(0)], [at(1)], [at(2)]])
  })

  it('loses only the record in whose writing the process died, and says so', async () => {
    const dead = await open()
    await dead.add(at(0))
    disk.faultAt(0, { kind: 'crash', when: 'torn' })
    await disk.unlessItDies(dead.add(at(1)))
    const spool = await open({ stream: second })
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([[at(0)]])
    expect(log.told()).toEqual(['the last record in the spool was not written to its end'])
  })

  it('sends the good lines of a damaged segment with a gap for the others, and keeps the file aside', async () => {
    const name = `open-${first}-000000000001.ndjson`
    const lines = [JSON.stringify(at(0)), '{"kind":"snapsh\u0000t"}', JSON.stringify(at(2)), '']
    disk.files.set(name, Buffer.from(lines.join('\n')))
    const spool = await open({ stream: second })
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([
      [expect.objectContaining({ kind: 'gap', snapshots: 1, reason: 'the spool was damaged' }), at(0), at(2)],
    ])
    expect([...disk.aside.keys()]).toEqual([name])
  })

  it('puts a foreign file aside and tells', async () => {
    disk.files.set('notes.txt', Buffer.from('remember the milk'))
    disk.files.set('gaps.json', Buffer.from('{'))
    await open()
    expect([...disk.aside.keys()].sort()).toEqual(['gaps.json', 'notes.txt'])
    expect(log.events.map(({ level, fields }) => [level, fields.path])).toEqual([
      ['warn', 'disk:/notes.txt'],
      ['warn', 'disk:/gaps.json'],
    ])
  })

  it('does not take a file for damaged that can not be read just now: it asks again', async () => {
    disk.files.set('gaps.json', Buffer.from('{"pending":[]}'))
    disk.faultAt(1, { kind: 'fail', when: 'before' })
    await open()
    expect(disk.aside.size).toBe(0)
    expect(log.events).toEqual([])
  })

  it.each([
    ['can not be read', (name: string) => disk.setUnreadable(name)],
    ['is huge', (name: string) => disk.files.set(name, Buffer.alloc(64 * 1024 * 1024 + 1))],
  ])('runs on when a segment %s: it is kept aside, and its loss is told with what to do', async (_, damage) => {
    const name = `open-${first}-000000000001.ndjson`
    const dead = await open()
    await dead.add(at(0))
    damage(name)
    const spool = await open({ stream: second })
    await spool.add(at(1))
    await spool.seal(facts)
    const lost = { stream: first, fromSeq: 1, toSeq: 1 }
    expect(await recordsOf(spool)).toEqual([[expect.objectContaining({ kind: 'gap', snapshots: 0, lost }), at(1)]])
    expect([...disk.aside.keys()]).toEqual([name])
    expect(log.events[0]?.fields).toMatchObject({
      path: `disk:/${name}`,
      movedTo: `disk:/damaged/${name}`,
      remedy: expect.stringContaining('move the file back'),
    })
  })

  it('keeps a batch aside that the inbox would refuse for its size, and tells its loss', async () => {
    const dead = await open()
    await dead.add(at(0))
    await dead.seal(facts)
    const name = dead.batches()[0]?.name ?? ''
    disk.files.set(name, Buffer.alloc(1024 * 1024 + 1))
    const spool = await open({ stream: second })
    expect([...disk.aside.keys()]).toEqual([name])
    await spool.add(at(1))
    await spool.seal(facts)
    const reason = 'the batch is larger than the inbox takes'
    expect((await recordsOf(spool)).flat()).toEqual([expect.objectContaining({ snapshots: 1, reason }), at(1)])
  })

  it('sends a batch that a newer agent has left as it is, and keeps a file aside whose name only that one knows', async () => {
    const dead = await open()
    await dead.add(at(0))
    await dead.seal(facts)
    const [left] = dead.batches()
    disk.files.set(`open2-${first}-000000000002.cbor`, Buffer.from('new'))
    const spool = await open({ stream: second })
    expect(spool.batches()).toEqual([left])
    expect([...disk.aside.values()].map(String)).toEqual(['new'])
    expect(log.events[0]?.fields.remedy).toContain('update this agent')
  })

  it.each([
    ['was changed', (name: string) => disk.files.set(name, Buffer.from('garbage')), 1],
    ['is gone', (name: string) => disk.files.delete(name), 0],
  ])('tells the loss of a batch whose file %s as a gap in the next one', async (_, damage, aside) => {
    const spool = await open()
    await spool.add(at(0))
    await spool.seal(facts)
    const [batch] = spool.batches()
    if (!batch) throw new Error('expected a batch')
    damage(batch.name)
    expect(await spool.read(batch)).toBeUndefined()
    expect(disk.aside.size).toBe(aside)
    await spool.add(at(1))
    await spool.seal(facts)
    const lost = { stream: first, fromSeq: 1, toSeq: 1 }
    expect(await recordsOf(spool)).toEqual([[expect.objectContaining({ kind: 'gap', snapshots: 1, lost }), at(1)]])
  })

  it('keeps a batch that can not be read just now', async () => {
    const spool = await open()
    await spool.add(at(0))
    await spool.seal(facts)
    const [batch] = spool.batches()
    if (!batch) throw new Error('expected a batch')
    disk.faultAt(0, { kind: 'fail', when: 'before' })
    await expect(spool.read(batch)).rejects.toThrow('EIO')
    expect(await recordsOf(spool)).toEqual([[at(0)]])
  })

  it('tells a batch once that was dropped while somebody was about to read it', async () => {
    const spool = await open({ maxAgeMs: 60_000 })
    await spool.add(at(0))
    await spool.seal(facts)
    const [batch] = spool.batches()
    if (!batch) throw new Error('expected a batch')
    clock.advance(60_001)
    await spool.add(at(1))
    await spool.seal(facts)
    expect(await spool.read(batch)).toBeUndefined()
    await spool.add(at(2))
    await spool.seal(facts)
    expect((await recordsOf(spool)).flat().filter(({ kind }) => kind === 'gap')).toHaveLength(1)
    expect(log.told()).toEqual(['the oldest batches are dropped, each told as a gap'])
  })

  it('drops the oldest when it is full, says so once, and tells all that is lost as one gap', async () => {
    const spool = await open({ maxBytes: 700 })
    for (let second = 0; second < 10; second++) {
      await spool.add(at(second))
      await spool.seal(facts)
    }
    expect(log.told()).toEqual(['the oldest batches are dropped, each told as a gap'])
    expect(spool.stats().bytes).toBeLessThanOrEqual(700)
    expect(spool.batches().at(-1)?.seq).toBe(10)
    const records = (await recordsOf(spool)).flat()
    const kept = records.flatMap((record) => (record.kind === 'snapshot' ? [record.observedAtMs] : []))
    const told = records.reduce((sum, record) => sum + (record.kind === 'gap' ? record.snapshots : 0), 0)
    const pending = JSON.parse(Buffer.from(disk.files.get('gaps.json') ?? '').toString()).pending
    expect(kept.length + told + pending.length).toBe(10)
    const dropped = 10 - spool.batches().length
    expect(spool.stats()).toMatchObject({ droppedBatches: dropped, droppedSnapshots: dropped })
  })

  it('gives up the oldest when it can not be read however often it is asked, and drops on behind it', async () => {
    const spool = await open({ maxBytes: 700 })
    await spool.add(at(0))
    await spool.seal(facts)
    const name = spool.batches()[0]?.name ?? ''
    disk.setUnreadable(name)
    for (let second = 1; second < 30; second++) {
      await spool.add(at(second))
      await spool.seal(facts)
    }
    expect(spool.stats().bytes).toBeLessThanOrEqual(700)
    expect(spool.stats().state).toBe('disk')
    expect([...disk.aside.keys()]).toEqual([name])
    expect(log.told()).toEqual([
      'a batch can not be read in the spool',
      'a batch in the spool is lost; that is told as a gap, and the file is kept',
      'the oldest batches are dropped, each told as a gap',
    ])
    // What was dropped carried earlier gaps, and they are carried on.
    const gaps = (await recordsOf(spool)).flat().filter((record) => record.kind === 'gap')
    const { pending } = JSON.parse(Buffer.from(disk.files.get('gaps.json') ?? '').toString())
    expect([...gaps, ...pending].filter(({ reason }) => reason === 'the batch could not be read in the spool')).toEqual(
      [expect.objectContaining({ snapshots: 1, lost: { stream: first, fromSeq: 1, toSeq: 1 } })],
    )
  })

  it('drops what has waited for too long', async () => {
    const spool = await open({ maxAgeMs: 60_000 })
    await spool.add(at(0))
    await spool.seal(facts)
    clock.advance(60_001)
    await spool.add(at(1))
    await spool.seal(facts)
    expect(spool.batches().map(({ seq }) => seq)).toEqual([2])
  })

  it('makes no second batch of records whose write seemed to fail, and had taken effect', async () => {
    const spool = await open()
    await spool.add(at(0))
    disk.faultAt(0, { kind: 'fail', when: 'after' })
    await spool.seal(facts)
    expect(spool.batches()).toEqual([])
    await spool.add(at(1))
    await spool.seal({ ...facts, agentVersion: '2.0.0' })
    expect(await recordsOf(spool)).toEqual([[at(0)], [at(1)]])
    expect([...disk.files.keys()]).toEqual(spool.batches().map(({ name }) => name))
    expect(log.told()).toEqual([
      'the spool can not be written; snapshots are kept in memory',
      'the spool can be written again',
    ])
  })
})

describe('the spool on a full disk', () => {
  it('keeps batches in memory, from where they can be sent, says so once, and writes them when there is room', async () => {
    const spool = await open()
    disk.setFull(true)
    for (const second of [0, 1, 2]) {
      await spool.add(at(second))
      await spool.seal(facts)
    }
    expect(disk.files.size).toBe(0)
    expect(spool.stats()).toMatchObject({ state: 'memory', batches: 3 })
    const keys = await keysOf(spool)
    expect(await recordsOf(spool)).toEqual([[at(0)], [at(1)], [at(2)]])
    disk.setFull(false)
    await spool.seal(facts)
    expect(await keysOf(spool)).toEqual(keys)
    expect([...disk.files.keys()]).toEqual(spool.batches().map(({ name }) => name))
    expect(log.told()).toEqual([
      'the spool can not be written; snapshots are kept in memory',
      'the spool can be written again',
    ])
  })

  it('begins on one all the same, and writes what it could not when there is room', async () => {
    const sealing = { stream: first, seq: 9, told: 1 }
    const gap = { kind: 'gap', fromMs: startMs, toMs: startMs, snapshots: 3, reason: 'the spool was full' }
    disk.files.set('gaps.json', Buffer.from(JSON.stringify({ pending: [gap], sealing })))
    disk.setFull(true)
    const spool = await open({ stream: second })
    await spool.add(at(0))
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([[at(0)]])
    disk.setFull(false)
    await spool.add(at(1))
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([[at(0)], [gap, at(1)]])
  })

  it('still tells an earlier loss that a batch was to tell which the disk refused, also after a crash', async () => {
    const gap = { kind: 'gap', fromMs: startMs, toMs: startMs, snapshots: 3, reason: 'the spool was full' }
    disk.files.set('gaps.json', Buffer.from(JSON.stringify({ pending: [gap] })))
    const dying = await open()
    disk.faultAt(0, { kind: 'fail', when: 'torn' })
    await dying.add(at(0))
    // The losses that it tells are written, and then the batch is not.
    disk.faultAt(1, { kind: 'fail', when: 'before' })
    await dying.seal(facts)
    await dying.seal(facts)
    const spool = await open({ stream: second })
    await spool.add(at(1))
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([[at(0)], [gap, at(1)]])
  })

  it('forgets the oldest batch beyond a thousand records, and tells it as a gap', async () => {
    const spool = await open()
    disk.setFull(true)
    for (let second = 0; second < 1_050; second++) {
      await spool.add(at(second))
      if (second % 50 === 49) await spool.seal(facts)
    }
    // The disk takes nothing yet, and the loss is told all the same.
    await spool.add(at(1_050))
    await spool.seal(facts)
    const records = (await recordsOf(spool)).flat()
    const gaps = records.filter(({ kind }) => kind === 'gap')
    const { droppedSnapshots, droppedBatches } = spool.stats()
    const lost = { stream: first, fromSeq: 1, toSeq: droppedBatches }
    expect(gaps).toEqual([expect.objectContaining({ fromMs: startMs, snapshots: droppedSnapshots, lost })])
    expect(records.length).toBeLessThanOrEqual(1_000)
    expect(records.length).toBeGreaterThan(900)
    expect(records.length - 1 + droppedSnapshots).toBe(1_051)
    disk.setFull(false)
    await spool.seal(facts)
    expect((await recordsOf(spool)).flat()).toEqual(records)
    expect(spool.stats().state).toBe('disk')
  })

  it('has nothing on disk of a batch that is sent from memory', async () => {
    const spool = await open()
    disk.faultAt(0, { kind: 'fail', when: 'torn' })
    await spool.add(at(0))
    expect(disk.files.size).toBe(1)
    disk.setFull(true)
    await spool.seal(facts)
    expect(disk.files.size).toBe(0)
    for (const batch of spool.batches()) await spool.sent(batch)
    expect(spool.stats()).toMatchObject({ batches: 0, droppedBatches: 0 })
  })

  it('sends what the disk has not under a number of its own, and leaves there what it has', async () => {
    const spool = await open()
    await spool.add(at(0))
    disk.setFull(true)
    await spool.add(at(1))
    await spool.seal(facts)
    expect(await recordsOf(spool)).toEqual([[at(1)]])
    expect([...disk.files.keys()]).toEqual([`open-${first}-000000000001.ndjson`])
    disk.setFull(false)
    await spool.add(at(2))
    await spool.seal(facts)
    expect(spool.batches().map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(await recordsOf(spool)).toEqual([[at(0)], [at(1)], [at(2)]])
  })

  it('sends the bytes that may stand on the disk, when to write them seemed to fail', async () => {
    const spool = await open()
    disk.setFull(true)
    await spool.add(at(0))
    await spool.seal(facts)
    const keys = await keysOf(spool)
    disk.setFull(false)
    disk.faultAt(0, { kind: 'fail', when: 'after' })
    await spool.seal({ ...facts, agentVersion: '2.0.0' })
    expect(disk.files.size).toBe(1)
    expect(await keysOf(spool)).toEqual(keys)
    for (const batch of spool.batches()) await spool.sent(batch)
    expect(disk.files.size).toBe(0)
  })
})
