import { expect, test } from 'vitest'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { BucketError } from '../../../../adapters/bucket/port.ts'
import { collectFigures } from '../../../../adapters/figures/collect.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { tellBehind } from '../../../../functions/rollup/behind.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'
import { createLog, sampleAt, shard } from './committed-log.ts'

const hourMs = 3_600_000
const world = { nowMs: 0 }
const clock = { now: () => world.nowMs }

async function behind(bucket: Bucket) {
  const figures = collectFigures('rollup')
  await tellBehind({ bucket, shardCount: 1, clock, log: silentLog, figures })
  return figures.take()
}

test('rollup is behind since the first block was written that is not in the lake', async () => {
  const bucket = createMemoryBucket(clock)
  expect(await behind(bucket)).toEqual({ RollupBehind: 0 })
  const log = createLog(bucket)
  await log.commit([sampleAt(0)])
  await rollupShard({ bucket, shard, log: silentLog })
  world.nowMs = 2 * hourMs
  expect(await behind(bucket)).toEqual({ RollupBehind: 0 })
  await log.commit([sampleAt(world.nowMs)])
  world.nowMs += hourMs
  await log.commit([sampleAt(world.nowMs)])
  expect(await behind(bucket)).toEqual({ RollupBehind: 3_600 })
  await rollupShard({ bucket, shard, log: silentLog })
  expect(await behind(bucket)).toEqual({ RollupBehind: 0 })
})

test('a store that is away makes it unknown, and no second failure', async () => {
  const away = () => Promise.reject(new BucketError('away', { operation: 'get', key: 'x', effect: 'none' }))
  expect(await behind({ ...createMemoryBucket(clock), get: away })).toEqual({})
})
