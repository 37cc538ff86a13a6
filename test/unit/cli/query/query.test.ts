import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { type QueryOptions, queryLake } from '../../../../cli/query/query.ts'
import type { Json } from '../../../../cli/query/values.ts'
import { jsonOf } from '../../../../cli/query/values.ts'
import { lakeKey, shardOfHost } from '../../../../core/keys.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { minuteMs, startMs } from '../../../make.ts'
import type { MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { createLog, memoryBucket, sampleAt, shard } from '../../functions/rollup/committed-log.ts'

const dayMs = 86_400_000
const range = { fromMs: startMs - dayMs, toMs: startMs + 10 * dayMs }
let bucket: MemoryBucket
let temporaryDirectory: string

beforeAll(async () => {
  bucket = await filledBucket()
  temporaryDirectory = await mkdtemp(join(tmpdir(), 'vitals-query-test-'))
})
afterAll(() => rm(temporaryDirectory, { recursive: true }))

/** Three days of web-1, and one sample of another host that would be SQL. */
async function filledBucket(): Promise<MemoryBucket> {
  const filled = memoryBucket()
  const { commit } = createLog(filled)
  await commit([0, 1, 2].map((day) => sampleAt(startMs + day * dayMs, 'web-1', { cpu: { percent: 10 * (day + 1) } })))
  await commit([sampleAt(startMs + minuteMs, "o'x", { cpu: {} })])
  await rollupShard({ bucket: filled, shard, log: silentLog })
  return filled
}

async function rowsOf(sql: string, options: Partial<QueryOptions> = {}): Promise<Json[][]> {
  const rows: Json[][] = []
  const usual = { bucket, shardCount: 1, range, sql, temporaryDirectory, signal: new AbortController().signal } as const
  await queryLake({ ...usual, onProgress: () => {}, onDamaged: () => {}, ...options }, async ({ chunks }) => {
    for await (const chunk of chunks()) rows.push(...chunk.map((row) => row.map(jsonOf)))
  })
  return rows
}

function leftBehind(): string[] {
  return readdirSync(temporaryDirectory)
}

/** The bucket, and which keys were read of it. */
function watched(inner: Bucket): { bucket: Bucket; read: string[] } {
  const read: string[] = []
  const get: Bucket['get'] = (key, options) => {
    read.push(key)
    return inner.get(key, options)
  }
  return { bucket: { ...inner, get }, read }
}

describe('a query', () => {
  it('sees each table by its name, with absent values as null, whole numbers, times in UTC and the day', async () => {
    expect(await rowsOf('select host, cpuPercent, block, atMs, dt from samples order by atMs, host')).toEqual([
      ['web-1', 10, 1, '2026-03-01T12:00:00.000Z', '2026-03-01'],
      ["o'x", null, 2, '2026-03-01T12:01:00.000Z', '2026-03-01'],
      ['web-1', 20, 1, '2026-03-02T12:00:00.000Z', '2026-03-02'],
      ['web-1', 30, 1, '2026-03-03T12:00:00.000Z', '2026-03-03'],
    ])
    expect(await rowsOf('select count(*), sum(usedPercent) from disks')).toEqual([[4, 120]])
  })

  it('tells what is free as it was sent, though the lake has what is left over', async () => {
    const filled = memoryBucket()
    const memory = (rest: object) => ({ memory: { usedPercent: 1, ...rest } })
    await createLog(filled).commit([
      sampleAt(startMs, 'a', memory({ totalBytes: 100, usedBytes: 30, availableBytes: 65 })),
      sampleAt(startMs, 'b', memory({ availableBytes: 7 })),
      sampleAt(startMs, 'c', memory({ totalBytes: 100, usedBytes: 30 })),
    ])
    await rollupShard({ bucket: filled, shard, log: silentLog })
    const free = await rowsOf('select memoryAvailableBytes from samples order by host', { bucket: filled })
    expect(free).toEqual([[65], [7], [null]])
    const names = (await rowsOf('describe disks')).map(([name]) => name)
    expect(names).toContain('freeBytes')
    expect(names).not.toContain('freeBytesAlone')
    expect(names).not.toContain('reservedBytes')
  })

  it('a table without files is there, and empty', async () => {
    expect(await rowsOf('select count(*), max(value), max(atMs) from transitions')).toEqual([[0, null, null]])
  })

  it('reads the hosts and the time that are asked for, to the millisecond', async () => {
    const count = 'select count(*) from samples'
    expect(await rowsOf(count, { range: { fromMs: startMs, toMs: startMs + minuteMs } })).toEqual([[1]])
    expect(await rowsOf(count, { range: { ...range, hosts: ["o'x"] } })).toEqual([[1]])
    expect(await rowsOf(count, { range: { ...range, hosts: ['nobody'] } })).toEqual([[0]])
  })

  it('fetches the files of named tables, of days in the range and of the shards of its hosts, and no others', async () => {
    const { bucket: seen, read } = watched(bucket)
    await rowsOf('select count(*) from Samples', {
      bucket: seen,
      range: { fromMs: startMs + dayMs, toMs: startMs + 2 * dayMs - 12 * 60 * minuteMs },
    })
    expect(read).toEqual([lakeKey('samples', shard, startMs + dayMs)])
    read.length = 0
    const shardCount = 16
    expect(shardOfHost('web-1', shardCount)).not.toBe('all')
    await rowsOf('select 1 from samples', { bucket: seen, shardCount, range: { ...range, hosts: ['web-1'] } })
    expect(read).toEqual([])
  })

  it('leaves a file out that is no Parquet, or whose values are damaged, and names it', async () => {
    const broken = await filledBucket()
    const [first, second] = [startMs, startMs + dayMs].map((atMs) => lakeKey('samples', shard, atMs))
    if (first === undefined || second === undefined) throw new Error('two keys')
    await broken.put(first, Buffer.from('PAR1 no more'))
    const body = Uint8Array.from((await broken.get(second))?.body ?? [])
    body.fill(0xff, 4, body.length >> 3)
    await broken.put(second, body)
    const damaged: string[] = []
    const rows = await rowsOf('select * exclude (dt) from samples', {
      bucket: broken,
      onDamaged: ({ key }) => damaged.push(key),
    })
    expect(damaged).toEqual([first, second])
    expect(rows.map(([, atMs]) => atMs)).toEqual(['2026-03-03T12:00:00.000Z'])
    expect(leftBehind()).toEqual([])
  })

  it('refuses to fetch more than there is room for, before it fetches', async () => {
    const { bucket: seen, read } = watched(bucket)
    const list: Bucket['list'] = async (...args) => {
      const { objects, more } = await bucket.list(...args)
      return { more, objects: objects.map((one) => ({ ...one, sizeBytes: 2 ** 31 })) }
    }
    await expect(rowsOf('from samples', { bucket: { ...seen, list } })).rejects.toThrow(
      /would fetch 3 files with 6.*GiB.*narrow it with --host, --days, --from or --to/,
    )
    expect(read).toEqual([])
  })

  it('stops when it is asked to, and leaves nothing behind', async () => {
    const stop = new AbortController()
    const endless = rowsOf('select count(*) from range(100000000000) a where a.range % 7 = 9', { signal: stop.signal })
    const stopped = expect(endless).rejects.toThrow('abort')
    setTimeout(() => stop.abort(), 300)
    await stopped
    expect(leftBehind()).toEqual([])
  })
})

describe('a query may only read the lake', () => {
  const file = new URL('../../../../package.json', import.meta.url).pathname
  test.each([
    ["copy (select 1) to '/tmp/vitals-never.csv'", 'Only SELECT statements are taken'],
    ["export database '/tmp/vitals-never'", 'Only SELECT statements are taken'],
    ["attach '/tmp/vitals-never.db'", 'Only SELECT statements are taken'],
    ['create table t as select 1', 'Only SELECT statements are taken'],
    ['install httpfs', 'Only SELECT statements are taken'],
    ['set threads = 1', 'Only SELECT statements are taken'],
    ['select 1; drop view samples', 'Only SELECT statements are taken'],
    ['select 1; select 2', 'expected one SELECT, found 2 statements'],
    ['', 'expected one SELECT, found 0 statements'],
    ['-- nothing', 'expected one SELECT, found 0 statements'],
    ['selec 1', 'syntax error at or near "selec"'],
    [`select * from read_text('${file}')`, 'Permission Error'],
    [`select * from read_csv('${file}')`, 'Permission Error'],
    [`from '${file}'`, 'Permission Error'],
    ["select * from glob('/*')", 'Permission Error'],
    ["select * from read_parquet('https://localhost/x.parquet')", 'Error'],
    ["select * from query('copy (select 1) to ''/tmp/vitals-never.csv''')", 'Expected a single SELECT statement'],
  ])('%s is refused', async (sql, message) => {
    await expect(rowsOf(sql.replaceAll('/tmp', temporaryDirectory))).rejects.toThrow(message)
    expect(leftBehind()).toEqual([])
  })
})
