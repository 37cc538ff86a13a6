import { describe, expect, it } from 'vitest'
import { ensureLayout } from '../../../../adapters/bucket/layout.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

const newBucket = () => createMemoryBucket({ now: () => 0 })

describe('the layout of a bucket', () => {
  it('is written by whoever comes first, and read by the others', async () => {
    const bucket = newBucket()
    expect(await ensureLayout({ bucket, shardCount: 16 })).toBe(16)
    expect(await ensureLayout({ bucket, shardCount: 16 })).toBe(16)
    expect(await ensureLayout({ bucket })).toBe(16)
    const { body } = (await bucket.get('vitals.json')) ?? {}
    expect(Buffer.from(body ?? []).toString()).toBe('{"v":1,"shards":16}\n')
  })

  it('has one shard when nobody says how many', async () => {
    expect(await ensureLayout({ bucket: newBucket() })).toBe(1)
  })

  it('of two first comers at once keeps one number, and the other is told', async () => {
    const bucket = newBucket()
    const settled = await Promise.allSettled([
      ensureLayout({ bucket, shardCount: 16 }),
      ensureLayout({ bucket, shardCount: 256 }),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses another number of shards, says both, and what to do', async () => {
    const bucket = newBucket()
    await ensureLayout({ bucket, shardCount: 16 })
    await expect(ensureLayout({ bucket, shardCount: 256 })).rejects.toThrow(
      /vitals.json in memory:.*has 16 shards.*says 256.*set MONITOR_SHARDS=16/,
    )
  })

  it.each([
    [
      'a newer version',
      '{"v":2,"shards":16}',
      /version 2, this build knows up to 1: a newer Vitals wrote it.*update vitals here/,
    ],
    ['a number of shards that does not exist', '{"v":1,"shards":7}', /"shards":7.*expected.*1, 16, 256/],
    ['no layout', '[]', /\[\]: expected/],
    ['nothing', 'null', /null: expected/],
    ['no JSON', '<html>', /not JSON/],
  ])('refuses %s', async (_, text, message) => {
    const bucket = newBucket()
    await bucket.put('vitals.json', Buffer.from(text))
    await expect(ensureLayout({ bucket, shardCount: 16 })).rejects.toThrow(message)
  })
})
