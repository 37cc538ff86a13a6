import { expect, it } from 'vitest'
import { BucketError } from '../../../../adapters/bucket/port.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { dayStepMs, type ShardDay } from '../../../../core/day.ts'
import { dayKey } from '../../../../core/keys.ts'
import { createHandler } from '../../../../functions/rollup/handler.ts'
import { publishDay } from '../../../../functions/rollup/publish-day.ts'
import { startMs } from '../../../make.ts'
import { createLog, memoryBucket, sampleAt } from './committed-log.ts'

const nowMs = startMs + 10 * 60_000

async function rolledUp(hoursBack: readonly number[]) {
  const bucket = memoryBucket()
  await createLog(bucket).commit(hoursBack.map((hours) => sampleAt(startMs - hours * dayStepMs)))
  const warnings: string[] = []
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) }
  const rollup = createHandler({ bucket, shardCount: 1, log, clock: { now: () => nowMs } })
  const day = async () => {
    const object = await bucket.get(dayKey('all'))
    return object && (JSON.parse(Buffer.from(object.body).toString()) as ShardDay)
  }
  return { bucket, rollup, day, warnings }
}

it('publishes what is known of the last 24 hours, over midnight, and nothing of the time before', async () => {
  const { rollup, day } = await rolledUp([40, 20, 1, 0])
  await rollup({})
  const view = await day()
  expect(view).toMatchObject({ v: 1, shard: 'all', publishedAtMs: nowMs, fromMs: startMs - 24 * dayStepMs })
  const [host, ...others] = view?.hosts ?? []
  expect(others).toEqual([])
  expect(Object.keys(host ?? {}).toSorted()).toEqual(['cpuPercent', 'diskPercent', 'host', 'memoryPercent'])
  expect(host?.cpuPercent).toHaveLength(25)
  expect(host?.cpuPercent.flatMap((value, index) => (value === null ? [] : [index]))).toEqual([4, 23, 24])
})

it('costs two reads and a write', async () => {
  const { bucket, rollup } = await rolledUp([0])
  await rollup({})
  const asked: string[] = []
  const [get, put] = [bucket.get.bind(bucket), bucket.put.bind(bucket)]
  bucket.get = async (key, ...rest) => {
    asked.push(`get ${key}`)
    return get(key, ...rest)
  }
  bucket.put = async (key, ...rest) => {
    asked.push(`put ${key}`)
    return put(key, ...rest)
  }
  await rollup({})
  expect(asked.filter((one) => one.includes('site/day'))).toEqual([])
  asked.length = 0
  await publishDay({ bucket, shard: 'all', log: silentLog, nowMs })
  expect(asked).toEqual([
    'get rollups/v1/1h/dt=2026-02-28/all.zst',
    'get rollups/v1/1h/dt=2026-03-01/all.zst',
    'put site/day/all.json',
  ])
})

it('fails no rollup: it is told, and the next one publishes', async () => {
  const { bucket, rollup, day, warnings } = await rolledUp([0])
  const put = bucket.put.bind(bucket)
  bucket.put = async (key, ...rest) => {
    if (key.startsWith('site/day/')) throw new BucketError('full', { operation: 'put', key, effect: 'none' })
    return put(key, ...rest)
  }
  expect(await rollup({})).toMatchObject([{ outcome: 'rolled-up' }])
  expect(warnings).toEqual([expect.stringContaining('the last day was not published')])
  expect(await day()).toBeUndefined()
})
