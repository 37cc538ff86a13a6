import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bucket, BucketError, type StoredObject } from '../../../../adapters/bucket/port.ts'
import { addToReportIndex, readReportIndex } from '../../../../adapters/history/report-index.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import { unpackBytes } from '../../../../core/codec.ts'
import {
  blockKey,
  inboxPrefix,
  lakeKey,
  layoutKey,
  logPrefix,
  noBlock,
  noticeKey,
  nowKey,
  parseBlockKey,
  rejectedPrefix,
  reportId,
  sentNoticeKey,
  slotKey,
  stateKey,
} from '../../../../core/keys.ts'
import { rollupOfColumns } from '../../../../core/rollup/from-columns.ts'
import type { RollupObject } from '../../../../core/rollup/rollup.ts'
import { readRollup } from '../../../../core/rollup/rollup-file.ts'
import { resolutions, rollupKey, rollupProgressKey } from '../../../../core/rollup/rollup-keys.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { surveyBucket } from '../../../../functions/rollup/survey.ts'
import { type SweepDeps, type SweepOptions, sweepBucket } from '../../../../functions/rollup/sweep.ts'
import { makeSettings, startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { createLog, expectedLake, heldLake, sampleAt, shard } from './committed-log.ts'

const log = silentLog
const dayMs = 86_400_000
const forEver = 5_000

/** A bucket, its log, and a clock that both go by. */
function makeWorld(policy: Partial<SweepDeps['policy']> = {}) {
  const time = { nowMs: startMs }
  const bucket = createMemoryBucket({ now: () => time.nowMs })
  const depsOf = (of: Bucket): SweepDeps => ({
    bucket: of,
    shards: [shard],
    policy: makeSettings(policy),
    clock: { now: () => time.nowMs },
    log,
  })
  return {
    bucket,
    ...createLog(bucket),
    now: () => time.nowMs,
    pass: (days: number) => {
      time.nowMs += days * dayMs
    },
    rollup: (of: Bucket = bucket) => rollupShard({ bucket: of, shard, log }),
    sweep: (options: SweepOptions = {}, of: Bucket = bucket) => sweepBucket(depsOf(of), options),
    survey: () => surveyBucket(depsOf(bucket)),
    keys: async (prefix: string) => (await bucket.list(prefix)).objects.map(({ key }) => key),
    put: (key: string) => bucket.put(key, Buffer.from(key)),
  }
}

async function blockNumbers({ keys }: ReturnType<typeof makeWorld>): Promise<number[]> {
  return (await keys(logPrefix(shard))).map((key) => parseBlockKey(key)?.n ?? Number.NaN)
}

describe('the log', () => {
  it('loses what is old and rolled up, but for the last block', async () => {
    const world = makeWorld()
    for (let count = 0; count < 5; count++) await world.commit([sampleAt(world.now())])
    await world.rollup()
    world.pass(15)
    expect(await world.sweep()).toMatchObject({ objects: 4, more: false })
    expect(await blockNumbers(world)).toEqual([5])
  })

  it('keeps all that rollup has not taken, however old', async () => {
    const world = makeWorld()
    await world.commit([sampleAt(world.now())])
    await world.commit([sampleAt(world.now())])
    await world.rollup()
    for (let count = 0; count < 3; count++) await world.commit([sampleAt(world.now())])
    world.pass(1_000)
    await world.sweep({ what: 'log' })
    expect(await blockNumbers(world)).toEqual([2, 3, 4, 5])
    await world.rollup()
    expect(await heldLake(world.bucket)).toEqual(expectedLake(world.blocks))
  })

  it('loses what crashed runs left far behind, and never what may yet be committed', async () => {
    const world = makeWorld()
    await world.commit([sampleAt(world.now())])
    await world.leaveOrphan([sampleAt(world.now())])
    for (let count = 0; count < 120; count++) await world.commit([sampleAt(world.now())])
    await world.rollup()
    const late = blockKey({ shard, n: 1, write: 'f'.repeat(16), prev: noBlock })
    await world.put(late)
    const next = await world.leaveOrphan([sampleAt(world.now())], 1)
    world.pass(15)
    await world.sweep()
    expect(await world.keys(logPrefix(shard))).not.toContain(late)
    expect(await world.keys(logPrefix(shard))).toContain(next)
  })

  it('is read on by a rollup that has lost its progress, and no row comes in twice', async () => {
    const world = makeWorld()
    for (let count = 0; count < 3; count++) await world.commit([sampleAt(world.now())])
    await world.rollup()
    world.pass(15)
    await world.sweep()
    await world.bucket.delete([rollupProgressKey(shard)])
    await world.rollup()
    await world.commit([sampleAt(world.now())])
    await world.rollup()
    expect(await heldLake(world.bucket)).toEqual(expectedLake(world.blocks))
  })

  it.each(['', 'x'])('keeps everything where state is %j, and the rest is swept', async (damage) => {
    const world = makeWorld()
    await world.commit([sampleAt(world.now())])
    await world.commit([sampleAt(world.now())])
    await world.rollup()
    world.pass(500)
    if (damage === '') await world.bucket.delete([stateKey(shard)])
    else await world.put(stateKey(shard))
    const said: string[] = []
    const telling: Log = { ...silentLog, warn: (event) => void said.push(event) }
    const clock = { now: world.now }
    await sweepBucket({ bucket: world.bucket, shards: [shard], policy: makeSettings(), clock, log: telling })
    expect(await blockNumbers(world)).toEqual([1, 2])
    expect(await world.keys('lake/')).toEqual([])
    expect(said).toEqual(damage === '' ? [] : ['the log of a shard is not swept now'])
  })
})

describe('all else', () => {
  const oldOf = (atMs: number) => [
    lakeKey('samples', shard, atMs),
    ...resolutions.map((resolution) => rollupKey(resolution, shard, atMs)),
    sentNoticeKey('n', atMs),
    slotKey({ schedule: 'daily', dueMs: atMs }),
    `${rejectedPrefix('web-1', atMs)}x.json`,
    `site/reports/${reportId(atMs, '0'.repeat(16))}/report.json`,
  ]
  const untouchable = [
    layoutKey,
    nowKey(shard),
    noticeKey('n'),
    `${inboxPrefix}0000/web-1/x`,
    rollupProgressKey(shard),
    'lake/mine.txt',
    'site/reports/index.json',
    'somebody/else',
  ]

  it('goes when it is old, and what is never swept stays', async () => {
    const world = makeWorld()
    for (const key of [...oldOf(startMs), ...untouchable]) await world.put(key)
    await world.put('probe/v1/0011')
    world.pass(440)
    const young = oldOf(world.now())
    for (const key of young) await world.put(key)
    expect(await world.sweep()).toMatchObject({ objects: oldOf(startMs).length + 1, more: false })
    const left = [...world.bucket.etags().keys()]
    expect(left.toSorted()).toEqual([...young, ...untouchable].toSorted())
  })

  it('is left alone where the store has rules for it', async () => {
    const world = makeWorld()
    for (const key of oldOf(startMs)) await world.put(key)
    world.pass(2_000)
    expect(await world.sweep({ what: 'log' })).toEqual({ objects: 0, bytes: 0, more: false })
  })

  it('is removed in runs of bounded length, oldest first', async () => {
    const world = makeWorld()
    const days = Array.from({ length: 25 }, (_, day) => lakeKey('samples', shard, startMs + day * dayMs))
    for (const key of days) await world.put(key)
    world.pass(200)
    expect(await world.sweep({ maxObjects: 10 })).toMatchObject({ objects: 10, more: true })
    expect(await world.keys('lake/')).toEqual(days.slice(10))
    expect(await world.sweep({ maxObjects: 15 })).toMatchObject({ objects: 15, more: false })
    expect(await world.keys('lake/')).toEqual([])
  })

  it('is found behind a page of foreign keys by a thorough run, over all pages', async () => {
    const world = makeWorld()
    for (let count = 0; count < 1_100; count++) await world.put(`lake/samples/a-${count}`)
    for (let day = 0; day < 1_100; day++) await world.put(lakeKey('samples', shard, startMs - day * dayMs))
    world.pass(200)
    expect(await world.sweep()).toMatchObject({ objects: 0 })
    expect(await world.sweep({ thorough: true })).toMatchObject({ objects: 1_100 })
  })

  it('is no longer listed once a report goes; others stay listed, and one made meanwhile is not lost', async () => {
    const world = makeWorld()
    const add = async (random: string) => {
      const id = reportId(world.now(), random.repeat(16))
      for (const name of ['report.json', 'metrics_report.html']) await world.put(`site/reports/${id}/${name}`)
      await addToReportIndex(world.bucket, { id, title: '', generatedAtMs: world.now(), fromMs: 0, toMs: 1 })
      return id
    }
    await add('a')
    world.pass(300)
    const kept = await add('b')
    world.pass(150)
    let made = ''
    const meanwhile: Bucket = {
      ...world.bucket,
      put: async (...args) => {
        made ||= await add('c')
        return world.bucket.put(...args)
      },
    }
    expect(await world.sweep({}, meanwhile)).toMatchObject({ objects: 2 })
    expect((await readReportIndex(world.bucket)).map(({ id }) => id)).toEqual([made, kept])
    expect(await world.keys('site/reports/2')).toHaveLength(4)
  })

  it('is not missed by the rollup of its day, which later data finds as it was', async () => {
    const world = makeWorld()
    await world.commit([sampleAt(startMs), sampleAt(startMs + 60_000), sampleAt(startMs, 'web-2')])
    await world.rollup()
    world.pass(120)
    await world.sweep()
    expect(await world.keys('rollups/v1/1h/')).toEqual([])
    await world.commit([sampleAt(startMs + 120_000), sampleAt(startMs, 'web-3')])
    await world.rollup()
    const object = await world.bucket.get(rollupKey('1d', shard, startMs))
    const { hosts } = await readBuckets(object)
    expect(Object.entries(hosts).map(([host, [day]]) => [host, day?.snapshots])).toEqual([
      ['web-1', 2],
      ['web-2', 1],
      ['web-3', 1],
    ])
  })

  it('is first taken from the list: a run that ends between the two leaves no link to nowhere', async () => {
    const world = makeWorld()
    const id = reportId(world.now(), 'a'.repeat(16))
    await world.put(`site/reports/${id}/report.json`)
    await addToReportIndex(world.bucket, { id, title: '', generatedAtMs: world.now(), fromMs: 0, toMs: 1 })
    world.pass(500)
    const refusing: Bucket = {
      ...world.bucket,
      delete: async () => {
        throw new BucketError('away', { operation: 'delete', key: '', effect: 'none' })
      },
    }
    await expect(world.sweep({}, refusing)).rejects.toThrow('away')
    expect(await readReportIndex(world.bucket)).toEqual([])
    expect(await world.sweep()).toMatchObject({ objects: 1 })
  })
})

describe('a survey', () => {
  it('counts by kind what is there and what a sweep would then remove, and changes nothing', async () => {
    const world = makeWorld()
    for (let count = 0; count < 3; count++) await world.commit([sampleAt(world.now())])
    await world.rollup()
    await world.put('somebody/else')
    world.pass(100)
    const before = world.bucket.etags()
    const survey = await world.survey()
    expect(world.bucket.etags()).toEqual(before)
    const { total } = survey
    expect(total.objects).toBe(before.size)
    expect(survey.rows.map(({ prefix, objects, removable }) => [prefix, objects, removable.objects])).toEqual([
      ['lake/', 4, 4],
      ['log/', 3, 2],
      ['rollups/v1/1d/', 1, 0],
      ['rollups/v1/1h/', 1, 1],
      ['rollups/v1/5m/', 1, 1],
      ['rollups/v1/progress/', 1, 0],
      ['other', 1, 0],
      ['state/', 1, 0],
    ])
    expect(survey.rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total.bytes)
    const { objects, bytes } = await world.sweep({ thorough: true })
    expect({ objects, bytes }).toEqual(total.removable)
  })
})

/** Ends at its operation number `at`, before or after that was done: as a process does that is killed. */
function dying(bucket: Bucket, { at, afterwards }: { at: number; afterwards: boolean }): Bucket {
  let count = 0
  const meet = async <T>(act: () => Promise<T>): Promise<T> => {
    count += 1
    if (count < at) return act()
    if (count === at && afterwards) await act()
    throw new BucketError('the process has died', { operation: 'put', key: '', effect: 'unknown' })
  }
  return {
    url: bucket.url,
    get: (...args) => meet(() => bucket.get(...args)),
    put: (...args) => meet(() => bucket.put(...args)),
    list: (...args) => meet(() => bucket.list(...args)),
    delete: (...args) => meet(() => bucket.delete(...args)),
  }
}

const death = fc.record({ at: fc.integer({ min: 1, max: 25 }), afterwards: fc.boolean() })
const sweeping = fc.record({ maxObjects: fc.constantFrom(1, 3, 1_000), thorough: fc.boolean() })
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('commit' as const), lateDays: fc.integer({ min: 0, max: 45 }) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('orphan' as const), ahead: fc.constantFrom(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('rollup' as const), death: fc.option(death, { freq: 1 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('sweep' as const), death: fc.option(death, { freq: 1 }), sweeping }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('all at once' as const) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), days: fc.constantFrom(1, 20, 60) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('lose progress' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** `at`: the time of a row that comes so late; some days before now, where nothing else is said. */
async function take(
  world: ReturnType<typeof makeWorld>,
  one: Step,
  at: (lateDays: number) => number = (lateDays) => world.now() - lateDays * dayMs,
): Promise<void> {
  const unlessDead = async (
    dies: { at: number; afterwards: boolean } | null,
    act: (of: Bucket) => Promise<unknown>,
  ) => {
    const run = act(dies ? dying(world.bucket, dies) : world.bucket)
    await (dies ? run.catch(() => {}) : run)
  }
  switch (one.does) {
    case 'commit':
      return world.commit([sampleAt(at(one.lateDays))])
    case 'orphan':
      return void (await world.leaveOrphan([sampleAt(world.now())], one.ahead))
    case 'rollup':
      return unlessDead(one.death, (of) => world.rollup(of))
    case 'sweep':
      return unlessDead(one.death, (of) => world.sweep(one.sweeping, of))
    case 'all at once':
      return void (await Promise.all([world.sweep(), world.rollup(), world.sweep()]))
    case 'pass':
      return world.pass(one.days)
    case 'lose progress':
      return world.bucket.delete([rollupProgressKey(shard)])
  }
}

describe('whatever happens, in whatever order', () => {
  it('every row of the log reaches the lake once: the sweep takes no block that rollup has not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = makeWorld({ keepLogDays: 1, keepHourlyDays: forEver, keepDailyDays: forEver })
        for (const one of steps) await take(world, one)
        await world.rollup()
        expect(await heldLake(world.bucket)).toEqual(expectedLake(world.blocks))
        // And it goes on.
        await world.commit([sampleAt(world.now())])
        await world.rollup()
        expect(await heldLake(world.bucket)).toEqual(expectedLake(world.blocks))
      }),
    )
  })

  it('a day of the rollups of days never loses a snapshot, though the hours below it were swept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const world = makeWorld({ keepLogDays: 1, keepHourlyDays: 50, keepDailyDays: forEver })
        let before = new Map<number, number>()
        for (const one of steps) {
          // All of it on the same days, also when the hours of these have gone long since.
          await take(world, one, (lateDays) => startMs + (lateDays % 2) * 3_600_000)
          const after = await snapshotsByDay(world)
          for (const [startOfDay, snapshots] of before) {
            expect(after.get(startOfDay) ?? 0).toBeGreaterThanOrEqual(snapshots)
          }
          before = after
        }
      }),
    )
  })

  it('a sweep removes only what a survey just before it said, and a second one nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const world = makeWorld({ keepLogDays: 1, keepHourlyDays: 50, keepDailyDays: 50 })
        for (const one of steps) await take(world, one)
        const { removable } = (await world.survey()).total
        const { objects, bytes } = await world.sweep({ thorough: true })
        expect({ objects, bytes }).toEqual(removable)
        const left = world.bucket.etags()
        expect(await world.sweep({ thorough: true })).toEqual({ objects: 0, bytes: 0, more: false })
        expect(world.bucket.etags()).toEqual(left)
      }),
    )
  })
})

async function readBuckets(object: StoredObject | undefined): Promise<RollupObject> {
  return rollupOfColumns(readRollup(await unpackBytes(object?.body ?? Buffer.of(), 1_000_000)))
}

async function snapshotsByDay({ bucket, keys }: ReturnType<typeof makeWorld>): Promise<Map<number, number>> {
  const days = new Map<number, number>()
  for (const key of await keys('rollups/v1/1d/')) {
    const object = await bucket.get(key)
    const { hosts } = await readBuckets(object)
    for (const { startMs: startOfDay, snapshots } of Object.values(hosts).flat()) {
      days.set(startOfDay, (days.get(startOfDay) ?? 0) + snapshots)
    }
  }
  return days
}
