import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { pack } from '../../../../core/codec.ts'
import { stateKey } from '../../../../core/keys.ts'
import { createHandler, createScheduledHandler } from '../../../../functions/rollup/handler.ts'
import { makeSettings, startMs } from '../../../make.ts'
import { createLog, memoryBucket, sampleAt } from './committed-log.ts'

const clock = { now: () => startMs }

describe('the rollup handler', () => {
  it('rolls up every shard when the event names none', async () => {
    const bucket = memoryBucket()
    await createLog(bucket).commit([sampleAt(startMs)])
    const handler = createHandler({ bucket, shardCount: 1, log: silentLog, clock })
    expect(await handler({})).toMatchObject([{ outcome: 'rolled-up', shard: 'all', blocks: 1, hours: 1 }])
    expect(await handler(undefined)).toEqual([{ outcome: 'idle', shard: 'all' }])
  })

  it('goes on with the other shards when one fails, and then tells which', async () => {
    const bucket = memoryBucket()
    await bucket.put(stateKey('3'), pack('{}'))
    const handler = createHandler({ bucket, shardCount: 16, log: silentLog, clock })
    await expect(handler({})).rejects.toThrow(/^rollup: shard 3 failed: state: expected version 1/)
    expect(await handler({ shards: ['4', 'f'] })).toHaveLength(2)
  })

  it.each([[{ shards: ['all'] }], [{ shards: 'a' }]])('refuses the event %j', async (event) => {
    await expect(
      createHandler({ bucket: memoryBucket(), shardCount: 16, log: silentLog, clock })(event),
    ).rejects.toThrow()
  })
})

describe('the rollup handler of the stack', () => {
  const handlerAt = (bucket: ReturnType<typeof memoryBucket>, nowMs: number) =>
    createScheduledHandler({
      bucket,
      shardCount: 1,
      clock: { now: () => nowMs },
      policy: makeSettings(),
      log: silentLog,
    })

  it('rolls up, or sweeps the log when it is told to, and that only', async () => {
    const bucket = memoryBucket()
    const { commit } = createLog(bucket)
    await commit([sampleAt(startMs)])
    await commit([sampleAt(startMs)])
    const handler = handlerAt(bucket, startMs)
    expect(await handler({ sweep: 'log' })).toEqual({ objects: 0, bytes: 0, more: false })
    expect(await handler({})).toMatchObject([{ outcome: 'rolled-up', blocks: 2 }])
    const before = bucket.etags().size
    expect(await handler({ sweep: 'log' })).toMatchObject({ objects: 1 })
    expect(bucket.etags().size).toBe(before - 1)
  })

  it.each([[{ sweep: 'all' }], [{ sweep: true }], [{ shards: ['x'] }]])('refuses the event %j', async (event) => {
    await expect(handlerAt(memoryBucket(), startMs)(event)).rejects.toThrow()
  })
})
