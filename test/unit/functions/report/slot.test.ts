import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { slotKey } from '../../../../core/keys.ts'
import type { Schedule } from '../../../../core/schedule.ts'
import { createDueReports } from '../../../../functions/report/due.ts'
import { claimMs, oncePerSlot } from '../../../../functions/report/slot.ts'

let directory: string
let bucket: Bucket

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-slot-'))
  bucket = await openDirectoryBucket(directory)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const dueMs = Date.UTC(2026, 2, 2, 7)

/** All that runs did, by slot. */
function newWorld() {
  const world = { nowMs: dueMs, published: [] as string[], mails: 0, lastMailUnmarked: 0 }
  const run = (slot: { schedule: string; dueMs: number }, store: Bucket = bucket, fail?: 'make' | 'send') =>
    oncePerSlot({ bucket: store, clock: { now: () => world.nowMs }, random: systemRandom }, slot, {
      make: async (id) => {
        if (fail === 'make') throw new Error('no report')
        world.published.push(id)
        return id
      },
      send: async (id) => {
        if (fail === 'send') throw new Error('no mail')
        world.mails += 1
        return id
      },
    })
  return { world, run }
}

class Crash extends Error {}

/** Dies at the `at`-th operation, before or after it took effect, and does nothing from then on. */
function mortal(at: number, takesEffect: boolean): Bucket {
  let left = at
  const guarded =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (left < 0) throw new Crash()
      if (left-- > 0) return act(...args)
      if (takesEffect) await act(...args)
      throw new Crash()
    }
  return { ...bucket, get: guarded(bucket.get.bind(bucket)), put: guarded(bucket.put.bind(bucket)) } as Bucket
}

describe('a slot of a report', () => {
  it('is made and mailed by the first, and by nobody after it', async () => {
    const { world, run } = newWorld()
    const slot = { schedule: 'daily', dueMs }
    expect(await run(slot)).toMatchObject({ outcome: 'made' })
    world.nowMs += 10 * claimMs
    expect(await run(slot)).toMatchObject({ outcome: 'done', id: world.published[0] })
    expect(world).toMatchObject({ mails: 1, published: [expect.any(String)] })
  })

  it.each(['make', 'send'] as const)('is tried again by the next run when it can’t %s, five times', async (fail) => {
    const { world, run } = newWorld()
    const slot = { schedule: 'daily', dueMs }
    for (let tries = 0; tries < 4; tries++) await expect(run(slot, bucket, fail)).rejects.toThrow('no ')
    expect(await run(slot)).toMatchObject({ outcome: 'made' })
    expect([world.mails, new Set(world.published).size]).toEqual([1, 1])
    const other = { schedule: 'other', dueMs }
    for (let tries = 0; tries < 5; tries++) await expect(run(other, bucket, fail)).rejects.toThrow('no ')
    expect(await run(other)).toMatchObject({ outcome: 'given-up' })
  })

  it('that can’t be read is told, with what to do', async () => {
    const { run } = newWorld()
    const slot = { schedule: 'daily', dueMs }
    await bucket.put(slotKey(slot), Buffer.from('{'))
    await expect(run(slot)).rejects.toThrow('remove it to make this report again')
  })

  it('is one report under one id, and one mail but where a run died before it could mark it, whoever dies when', async () => {
    const death = fc.record({
      at: fc.nat(4),
      takesEffect: fc.boolean(),
      together: fc.nat(2),
      laterMs: fc.nat(2 * claimMs),
    })
    let number = 0
    await fc.assert(
      fc.asyncProperty(fc.array(death, { maxLength: 4 }), async (deaths) => {
        const { world, run } = newWorld()
        const slot = { schedule: `s-${number++}`, dueMs }
        let unmarked = 0
        for (const { at, takesEffect, together, laterMs } of deaths) {
          const mailsBefore = world.mails
          const runs = [run(slot, mortal(at, takesEffect)), ...Array.from({ length: together }, () => run(slot))]
          const ended = await Promise.allSettled(runs)
          const [died] = ended
          if (died?.status === 'rejected') expect(died.reason).toBeInstanceOf(Crash)
          if (died?.status === 'rejected' && world.mails > mailsBefore && at === 3 && !takesEffect) unmarked += 1
          for (const one of ended.slice(1)) expect(one.status).toBe('fulfilled')
          world.nowMs += laterMs
        }
        world.nowMs += claimMs + 1
        expect(['made', 'done']).toContain((await run(slot)).outcome)
        expect(world.mails).toBeGreaterThanOrEqual(1)
        expect(world.mails).toBeLessThanOrEqual(1 + unmarked)
        expect(new Set(world.published).size).toBe(1)
      }),
      { numRuns: 60 },
    )
  })
})

describe('what is due', () => {
  const daily: Schedule = { name: 'ops', every: 'day', at: '07:00', to: ['ops@example.com'], tags: ['env=prod'] }
  const dayMs = 86_400_000
  const runAt = async (nowMs: number, made: unknown[], schedules = [daily]) => {
    const report = async (event: unknown) => {
      made.push(event)
      return { id: 'r', page: 'p', text: '', files: [] }
    }
    return createDueReports({ bucket, clock: { now: () => nowMs }, log: silentLog, schedules, timeZone: 'UTC', report })
  }

  it('is the last slot, of the time since the one before, once', async () => {
    const made: unknown[] = []
    const run = await runAt(dueMs + 60_000, made)
    await run()
    await run()
    expect(made).toEqual([
      {
        slot: { schedule: 'ops', dueMs },
        fromMs: dueMs - dayMs,
        toMs: dueMs,
        mail: ['ops@example.com'],
        tags: ['env=prod'],
      },
    ])
  })

  it('is made in the time zone and locale of its readers', async () => {
    const made: unknown[] = []
    const readers = { timeZone: 'Europe/Berlin', locale: 'de-DE' }
    await (await runAt(dueMs + 60_000, made, [{ ...daily, at: '08:00', ...readers }]))()
    expect(made).toMatchObject([readers])
  })

  it('is nothing that was due before there was the schedule, and all that was missed since', async () => {
    const made: { slot?: { dueMs: number } }[] = []
    await (await runAt(dueMs + 3_600_000, made))()
    expect(made).toEqual([])
    await newWorld().run({ schedule: 'ops', dueMs })
    await (await runAt(dueMs + dayMs + 3_600_000, made))()
    expect(made.map(({ slot }) => slot?.dueMs)).toEqual([dueMs + dayMs])
  })

  it('is made though another one fails, and tried again', async () => {
    const made: unknown[] = []
    const report = vi.fn(async (event: { slot: { schedule: string } }) => {
      if (event.slot.schedule === 'broken') throw new Error('no mail server')
      made.push(event)
      return { id: 'r', page: 'p', text: '', files: [] }
    })
    const schedules = [{ ...daily, name: 'broken' }, daily]
    const clock = { now: () => dueMs }
    const run = createDueReports({ bucket, clock, log: silentLog, schedules, timeZone: 'UTC', report })
    await expect(run()).rejects.toThrow('no mail server')
    await expect(run()).rejects.toThrow('no mail server')
    expect([made.length, report.mock.calls.length]).toEqual([1, 3])
  })
})
