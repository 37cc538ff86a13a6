import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { batchName } from '../../../../agent/spool/names.ts'
import { spoolCheck } from '../../../../cli/doctor/spool.ts'
import { sha16 } from '../../../../core/codec.ts'
import { createManualClock } from '../../functions/notify/manual-clock.ts'
import { makeContext, told } from './context.ts'

let dataDir: string
let spool: string
const clock = createManualClock()
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitals-doctor-'))
  spool = join(dataDir, 'spool')
  mkdirSync(spool)
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const look = () => spoolCheck.run(makeContext({ dataDir }, { clock }))

function putBatch(seq: number, { agoMs = 0, content = 'a batch' } = {}): void {
  const atMs = clock.now() - agoMs
  const body = 'a batch'
  const parts = { stream: 'a'.repeat(16), seq, sha16: sha16(Buffer.from(body)), fromMs: atMs, toMs: atMs, snapshots: 1 }
  writeFileSync(join(spool, batchName(parts)), content)
}

it('is well without a spool, and with an empty one', async () => {
  expect(told(await look())).toEqual(['waiting: ok', 'contents: ok'])
  rmSync(spool, { recursive: true })
  expect(told(await look())).toEqual(['waiting: ok'])
})

it('tells how many wait and for how long', async () => {
  putBatch(1, { agoMs: 120_000 })
  putBatch(2)
  const [waiting] = await look()
  expect(waiting).toMatchObject({
    outcome: 'ok',
    found: expect.stringMatching(/^2 batches, 14.B of 256.MiB, the oldest for 2.min/),
  })
  putBatch(3, { agoMs: 7_200_000 })
  expect(told(await look())).toEqual(['waiting: spool-waits', 'contents: ok'])
})

it('finds a batch that is not what its name says, what was put aside, and what is foreign', async () => {
  putBatch(1, { content: 'something else' })
  mkdirSync(join(spool, 'damaged'))
  writeFileSync(join(spool, 'damaged', 'old'), Buffer.alloc(2_048))
  writeFileSync(join(spool, 'notes.txt'), '')
  writeFileSync(join(spool, 'gaps.json'), '{}')
  writeFileSync(join(spool, '.lock.sqlite'), '')
  const results = await look()
  expect(told(results)).toEqual([
    'waiting: ok',
    'contents: spool-damaged',
    'put aside: spool-damaged',
    'foreign files: spool-foreign',
  ])
  expect(results[2]?.found).toMatch(/^1 files, 2\.00.KiB, in /)
  expect(results[3]?.found).toBe('notes.txt')
})

it('says so when it can not be read', async () => {
  rmSync(spool, { recursive: true })
  writeFileSync(spool, 'a file')
  expect(await look()).toMatchObject([{ finding: 'spool-unreadable', found: expect.stringMatching(/ENOTDIR/) }])
})
