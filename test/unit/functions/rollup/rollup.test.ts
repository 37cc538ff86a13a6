import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { readHistory } from '../../../../adapters/history/history.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'
import type { Transition } from '../../../../core/alerts/alert.ts'
import { lakeKey } from '../../../../core/keys.ts'
import { rollupKey, rollupProgressKey } from '../../../../core/rollup/rollup-keys.ts'
import type { BlockRow, GapRow } from '../../../../core/shard/block.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { rowsOf } from '../../../histories.ts'
import { readLakeSamples, readLakeTable } from '../../../lake-contents.ts'
import { minuteMs, startMs } from '../../../make.ts'
import type { MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { createLog, expectedLake, heldLake, memoryBucket, sampleAt, shard } from './committed-log.ts'

const log = silentLog
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const transition: Transition = {
  kind: 'transition',
  host: 'web-1',
  rule: 'disk',
  entity: '/var',
  severity: 'warning',
  from: 'pending',
  to: 'firing',
  atMs: startMs + minuteMs,
  decidedAtMs: startMs + 2 * minuteMs,
  reason: 'Disk 91.0 % > 90 %',
  value: 91,
  threshold: 90,
  incident: { id: 'abc', startedAtMs: startMs },
  top: [{ pid: 7, name: 'tar', cpuPercent: 99.5 }],
}
const gap: GapRow = {
  kind: 'gap',
  host: 'web-1',
  fromMs: startMs + 3 * minuteMs,
  toMs: startMs + 9 * minuteMs,
  snapshots: 6,
  reason: 'the spool was full',
}

describe('rollupShard', () => {
  it('does nothing for a shard that has no log yet', async () => {
    const bucket = memoryBucket()
    expect(await rollupShard({ bucket, shard, log })).toEqual({ outcome: 'idle', shard })
    expect(bucket.etags().size).toBe(0)
  })

  it('brings every sample, transition and gap of the committed log into the lake, as it was', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    const full = sampleAt(startMs, 'web-1', {
      sinceBootMs: 5_000,
      bootId: 'b',
      cpu: { percent: 12.34, perCorePercent: [1, 23.68], pressure: { some10Percent: 0 } },
      diskIo: [{ device: 'sda', busyPercent: 4.5 }],
      processes: {
        total: 2,
        byStatus: { S: 1, R: 1 },
        top: [{ pid: 2, name: '\ufeffx<script>', cpuPercent: 5, rssBytes: 2 ** 40, startedAtMs: 1 }],
      },
      agent: { collectCpuMs: 1.5, lastPushAtMs: startMs },
      unavailable: { 'disks:/mnt/nas': 'no answer' },
    })
    await commit([full, sampleAt(startMs + minuteMs)])
    await commit([sampleAt(startMs + hourMs, 'web-2'), transition, gap])
    await rollupShard({ bucket, shard, log })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    expect(await readLakeSamples({ bucket, shard, hourMs: startMs })).toEqual([full, sampleAt(startMs + minuteMs)])
    const history = await readHistory({
      bucket,
      shards: [shard],
      fromMs: startMs,
      toMs: startMs + dayMs,
      resolution: '5m',
    })
    expect(history.transitions).toEqual([transition])
    expect(history.gaps).toEqual([gap])
  })

  it('writes nothing when it runs again and nothing new was committed', async () => {
    const bucket = memoryBucket()
    await createLog(bucket).commit([sampleAt(startMs)])
    await rollupShard({ bucket, shard, log })
    const before = bucket.etags()
    expect(await rollupShard({ bucket, shard, log })).toEqual({ outcome: 'idle', shard })
    expect(bucket.etags()).toEqual(before)
  })

  it('makes of each hour, day and month what its samples say', async () => {
    const bucket = memoryBucket()
    const { commit } = createLog(bucket)
    const cpu = (percent: number) => ({ cpu: { percent } })
    await commit([sampleAt(startMs, 'a', cpu(10)), sampleAt(startMs + minuteMs, 'a', cpu(30))])
    await commit([sampleAt(startMs + 6 * minuteMs, 'a', cpu(80)), sampleAt(startMs + dayMs, 'a', cpu(100))])
    await rollupShard({ bucket, shard, log })
    const read = async (resolution: '5m' | '1h' | '1d') => {
      const range = { fromMs: startMs - dayMs, toMs: startMs + 2 * dayMs }
      const { hosts } = await readHistory({ bucket, shards: [shard], resolution, ...range })
      return rowsOf(hosts.get('a'), 'cpu.percent').map(({ startMs, count, sum }) => [startMs, count, sum])
    }
    const midnightMs = startMs - 12 * hourMs
    expect(await read('5m')).toEqual([
      [startMs, 2, 40],
      [startMs + 5 * minuteMs, 1, 80],
      [startMs + dayMs, 1, 100],
    ])
    expect(await read('1h')).toEqual([
      [startMs, 3, 120],
      [startMs + dayMs, 1, 100],
    ])
    expect(await read('1d')).toEqual([
      [midnightMs, 3, 120],
      [midnightMs + dayMs, 1, 100],
    ])
  })

  it('adds data that is 20 days late to its hours, and takes nothing away', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    const oldMs = startMs - 20 * dayMs
    await commit([sampleAt(oldMs, 'web-1'), sampleAt(oldMs + minuteMs, 'web-1')])
    await commit([sampleAt(startMs, 'web-1')])
    await rollupShard({ bucket, shard, log })
    await commit([sampleAt(oldMs, 'web-2'), sampleAt(oldMs + 2 * minuteMs, 'web-1')])
    await rollupShard({ bucket, shard, log })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    const range = { fromMs: oldMs, toMs: oldMs + hourMs }
    const { hosts } = await readHistory({ bucket, shards: [shard], resolution: '1h', ...range })
    expect([...hosts].map(([host, { buckets }]) => [host, buckets[0]?.snapshots])).toEqual([
      ['web-1', 3],
      ['web-2', 1],
    ])
  })

  it('keeps both of two samples that cloned machines took at the same time', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs), sampleAt(startMs)])
    await commit([sampleAt(startMs)])
    await rollupShard({ bucket, shard, log })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    expect(await readLakeSamples({ bucket, shard, hourMs: startMs })).toHaveLength(3)
  })

  it('never reads what a losing run left behind, sweeps it, and leaves alone what may yet be committed', async () => {
    const bucket = memoryBucket()
    const { commit, leaveOrphan, blocks } = createLog(bucket)
    await commit([sampleAt(startMs)])
    const orphan = await leaveOrphan([sampleAt(startMs + minuteMs)])
    await commit([sampleAt(startMs + 2 * minuteMs)])
    const next = await leaveOrphan([sampleAt(startMs + 3 * minuteMs)], 1)
    await rollupShard({ bucket, shard, log })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    expect(await bucket.get(orphan)).toBeUndefined()
    expect(await bucket.get(next)).toBeDefined()
    const late = await leaveOrphan([sampleAt(startMs)])
    await commit([sampleAt(startMs + 4 * minuteMs)])
    await rollupShard({ bucket, shard, log })
    expect(await bucket.get(late)).toBeUndefined()
  })

  it('takes hosts whose names are those of built-in properties', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs, '__proto__'), sampleAt(startMs, 'constructor'), sampleAt(startMs, 'toString')])
    await rollupShard({ bucket, shard, log })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    const range = { fromMs: startMs, toMs: startMs + hourMs }
    const { hosts } = await readHistory({ bucket, shards: [shard], resolution: '1d', ...range })
    expect([...hosts.keys()].sort()).toEqual(['__proto__', 'constructor', 'toString'])
  })

  it('never lets a run that is behind overwrite one that is ahead', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs)])
    const slow = stalling(bucket, lakeKey('samples', shard, startMs))
    const behind = rollupShard({ bucket: slow.bucket, shard, log })
    await slow.reached
    await commit([sampleAt(startMs + minuteMs)])
    await rollupShard({ bucket, shard, log })
    slow.goOn()
    await behind
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
    expect((await readLakeTable({ bucket, table: 'samples', shard, hourMs: startMs })).covers).toBe(2)
    const { hosts } = await readHistory({
      bucket,
      shards: [shard],
      resolution: '1h',
      fromMs: startMs,
      toMs: startMs + hourMs,
    })
    expect(hosts.get('web-1')?.buckets[0]?.snapshots).toBe(2)
    expect(await rollupShard({ bucket, shard, log })).toEqual({ outcome: 'idle', shard })
  })
})

describe('rollupShard with damaged objects', () => {
  it('tells which Parquet file is damaged, goes on with all other days, and loses nothing', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs), sampleAt(startMs + dayMs)])
    await rollupShard({ bucket, shard, log })
    const key = lakeKey('disks', shard, startMs)
    await bucket.put(key, Buffer.from('PAR1 no longer'))
    await commit([sampleAt(startMs + minuteMs)])
    await commit([sampleAt(startMs + 2 * minuteMs), sampleAt(startMs + dayMs + minuteMs)])
    const slice = { blocks: 1, bytes: 1 }
    await expect(rollupShard({ bucket, shard, log, slice })).rejects.toThrow(
      /shard all stays at block 1, .*disks.*is damaged/,
    )
    expect(await readLakeSamples({ bucket, shard, hourMs: startMs + dayMs })).toHaveLength(2)
    await bucket.delete([key, rollupProgressKey(shard)])
    await rollupShard({ bucket, shard, log, slice })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
  })

  it('leaves a day alone for the rest of a run once it was damaged, even when it is put back meanwhile', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs)])
    await rollupShard({ bucket, shard, log })
    await commit([sampleAt(startMs + minuteMs)])
    await commit([sampleAt(startMs + 2 * minuteMs)])
    const key = lakeKey('samples', shard, startMs)
    const good = (await bucket.get(key))?.body ?? Buffer.of()
    await bucket.put(key, Buffer.from('PAR1 no longer'))
    const putBack: Bucket = {
      ...bucket,
      get: async (read, options) => {
        const object = await bucket.get(read, options)
        if (read === key) await bucket.put(key, good)
        return object
      },
    }
    const slice = { blocks: 1, bytes: 1 }
    await expect(rollupShard({ bucket: putBack, shard, log, slice })).rejects.toThrow('is damaged')
    await rollupShard({ bucket, shard, log, slice })
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
  })

  it.each(['1h', '1d'] as const)('makes a damaged %s rollup again', async (resolution) => {
    const bucket = memoryBucket()
    const { commit } = createLog(bucket)
    await commit([sampleAt(startMs), sampleAt(startMs + dayMs), sampleAt(startMs + hourMs), gap, transition])
    await rollupShard({ bucket, shard, log })
    const key = rollupKey(resolution, shard, startMs)
    const clean = memoryBucket()
    const cleanLog = createLog(clean)
    await cleanLog.commit([sampleAt(startMs), sampleAt(startMs + dayMs), sampleAt(startMs + hourMs), gap, transition])
    await bucket.put(key, Buffer.from('broken'))
    for (const one of [commit, cleanLog.commit]) await one([sampleAt(startMs + minuteMs)])
    const warnings = warningsOf()
    await rollupShard({ bucket, shard, log: warnings.log })
    await rollupShard({ bucket: clean, shard, log })
    expect(bucket.etags().get(key)).toBe(clean.etags().get(key))
    expect(warnings.keys).toContain(key)
  })

  it('reads the log again when its progress is damaged or gone, and adds nothing twice', async () => {
    const bucket = memoryBucket()
    const { commit, blocks } = createLog(bucket)
    await commit([sampleAt(startMs)])
    await rollupShard({ bucket, shard, log })
    const before = bucket.etags()
    await bucket.put(rollupProgressKey(shard), Buffer.from('{'))
    await rollupShard({ bucket, shard, log })
    expect(bucket.etags()).toEqual(before)
    await bucket.delete([rollupProgressKey(shard)])
    await rollupShard({ bucket, shard, log })
    expect(bucket.etags()).toEqual(before)
    expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
  })

  it('refuses to go on over a hole in the committed chain, and names the block', async () => {
    const bucket = memoryBucket()
    const { commit } = createLog(bucket)
    await commit([sampleAt(startMs)])
    await rollupShard({ bucket, shard, log })
    await commit([sampleAt(startMs + minuteMs)])
    const { objects } = await bucket.list('log/', { startAfter: 'log/v1/all/0000000000000002' })
    await commit([sampleAt(startMs + 2 * minuteMs)])
    await bucket.delete(objects.map(({ key }) => key))
    const before = bucket.etags()
    await expect(rollupShard({ bucket, shard, log })).rejects.toThrow(/begins at block 3 .* expected block 2/)
    expect(bucket.etags()).toEqual(before)
  })

  it('names a block that is damaged, and stays before it', async () => {
    const bucket = memoryBucket()
    await createLog(bucket).commit([sampleAt(startMs)])
    const [block] = (await bucket.list('log/')).objects
    await bucket.put(block?.key ?? '', Buffer.from('not zstd'))
    await expect(rollupShard({ bucket, shard, log })).rejects.toThrow(`block ${block?.key} can't be read`)
    expect(await bucket.get(rollupProgressKey(shard))).toBeUndefined()
  })
})

describe('rollupShard under crashes and races', () => {
  const rows = fc.array(
    fc
      .record({ minute: fc.integer({ min: 0, max: 150 }), host: fc.constantFrom('a', 'b') })
      .map(({ minute, host }): BlockRow => sampleAt(startMs + minute * minuteMs, host)),
    { maxLength: 4 },
  )

  it('ends the same however often it is interrupted, and whatever answers are lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rows, { minLength: 1, maxLength: 4 }),
        fc.array(fc.record({ after: fc.nat(40), kind: fc.constantFrom('before', 'after', 'false-lost') }), {
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 3 }),
        async (blocks, faults, sliceBlocks) => {
          const bucket = memoryBucket()
          const committed = createLog(bucket)
          for (const block of blocks) await committed.commit(block)
          const slice = { blocks: sliceBlocks, bytes: 1e9 }
          for (const fault of faults) {
            await rollupShard({ bucket: failing(bucket, fault), shard, log, slice }).catch((error: unknown) => {
              expect(error).toBeInstanceOf(BucketError)
            })
          }
          await rollupShard({ bucket, shard, log, slice })
          expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
          expect(rollupsOf(bucket)).toEqual(rollupsOf(await cleanRun(blocks)))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('ends the same when several run at once while blocks are being committed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(rows, { minLength: 2, maxLength: 4 }), async (scheduler, blocks) => {
        const bucket = memoryBucket()
        const committed = createLog(bucket)
        const slow = scheduled(bucket, scheduler)
        const runs: Promise<unknown>[] = []
        for (const [index, block] of blocks.entries()) {
          await committed.commit(block)
          const slice = { blocks: index % 2 === 0 ? 1 : 10, bytes: 1e9 }
          runs.push(rollupShard({ bucket: slow, shard, log, slice }))
          for (let turn = 0; turn < 20 && scheduler.count() > 0; turn++) await scheduler.waitOne()
        }
        await scheduler.waitFor(Promise.all(runs))
        await rollupShard({ bucket, shard, log })
        expect(await heldLake(bucket)).toEqual(expectedLake(blocks))
        expect(rollupsOf(bucket)).toEqual(rollupsOf(await cleanRun(blocks)))
      }),
      { numRuns: 40 },
    )
  })

  async function cleanRun(blocks: readonly BlockRow[][]): Promise<MemoryBucket> {
    const bucket = memoryBucket()
    const { commit } = createLog(bucket)
    for (const block of blocks) await commit(block)
    await rollupShard({ bucket, shard, log })
    return bucket
  }

  function rollupsOf(bucket: MemoryBucket): [string, string][] {
    return [...bucket.etags()].filter(([key]) => key.startsWith('rollups/')).sort()
  }
})

/** Fails once, at the given call, before or after it took effect; or lies once that a put's condition was lost. */
function failing(bucket: Bucket, { after, kind }: { after: number; kind: string }): Bucket {
  let calls = 0
  const guarded = async <T>(operation: 'get' | 'put' | 'list' | 'delete', key: string, act: () => Promise<T>) => {
    const isNow = calls++ === after
    const fail = () => new BucketError('the store is away', { operation, key, effect: 'unknown' })
    if (isNow && kind === 'before') throw fail()
    const result = await act()
    if (isNow && kind === 'after') throw fail()
    if (isNow && operation === 'put' && kind === 'false-lost') return { outcome: 'lost' } as T
    return result
  }
  return {
    url: bucket.url,
    get: (key, options) => guarded('get', key, () => bucket.get(key, options)),
    put: (key, body, condition) => guarded('put', key, () => bucket.put(key, body, condition)),
    list: (prefix, options) => guarded('list', prefix, () => bucket.list(prefix, options)),
    delete: (keys) => guarded('delete', keys[0] ?? '', () => bucket.delete(keys)),
  }
}

function scheduled(bucket: Bucket, scheduler: fc.Scheduler): Bucket {
  const later = <T>(act: () => Promise<T>) => scheduler.schedule(Promise.resolve()).then(act)
  return {
    url: bucket.url,
    get: (key, options) => later(() => bucket.get(key, options)),
    put: (key, body, condition) => later(() => bucket.put(key, body, condition)),
    list: (prefix, options) => later(() => bucket.list(prefix, options)),
    delete: (keys) => later(() => bucket.delete(keys)),
  }
}

/** Holds the first put of `key` back. */
function stalling(bucket: Bucket, key: string) {
  const reached = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  const stalled: Bucket = {
    ...bucket,
    put: async (put, body, condition) => {
      if (put === key) {
        reached.resolve()
        await going.promise
      }
      return bucket.put(put, body, condition)
    },
  }
  return { bucket: stalled, reached: reached.promise, goOn: () => going.resolve() }
}

function warningsOf(): { log: Log; keys: unknown[] } {
  const keys: unknown[] = []
  return { keys, log: { ...silentLog, warn: (_event, fields) => void keys.push(fields?.key) } }
}
