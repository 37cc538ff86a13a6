/** What its contract (test/contract/memory.test.ts) can't ask: a store that refuses conditions, and one that fails. */
import { describe, expect, it } from 'vitest'
import { withOneWriter } from '../../../../adapters/bucket/one-writer.ts'
import { type Bucket, BucketError, type PutCondition } from '../../../../adapters/bucket/port.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

/** Fails at the puts of these numbers, from 1. */
function storeThat({ failsAt = [] as number[] } = {}) {
  const bucket = createMemoryBucket({ now: () => 0 })
  const conditions: (PutCondition | undefined)[] = []
  const put: Bucket['put'] = (key, body, condition) => {
    conditions.push(condition)
    if (failsAt.includes(conditions.length)) {
      return Promise.reject(new BucketError('away', { operation: 'put', key, effect: 'unknown' }))
    }
    return bucket.put(key, body)
  }
  return { bucket: withOneWriter({ ...bucket, put }), conditions }
}

const bytes = (text: string) => Buffer.from(text)

describe('one writer', () => {
  it('never tells the store of a condition, which some refuse', async () => {
    const { bucket, conditions } = storeThat()
    const first = await bucket.put('k', bytes('a'), { ifAbsent: true })
    const etag = first.outcome === 'written' ? first.etag : ''
    await bucket.put('k', bytes('b'), { ifMatches: etag })
    await bucket.put('k', bytes('c'))
    expect(conditions).toEqual([undefined, undefined, undefined])
  })

  it('asks the store for nothing that does not hold', async () => {
    const { bucket, conditions } = storeThat()
    await bucket.put('k', bytes('a'))
    expect(await bucket.put('k', bytes('b'), { ifAbsent: true })).toEqual({ outcome: 'lost' })
    expect(await bucket.put('gone', bytes('b'), { ifMatches: 'x' })).toEqual({ outcome: 'lost' })
    expect(conditions).toHaveLength(1)
  })

  it('gives the next its turn after one that failed', async () => {
    const { bucket } = storeThat({ failsAt: [1] })
    const puts = ['a', 'b', 'c'].map((text) => bucket.put('k', bytes(text), { ifAbsent: true }))
    const results = await Promise.allSettled(puts)
    expect(results.map((one) => (one.status === 'fulfilled' ? one.value.outcome : 'failed'))).toEqual([
      'failed',
      'written',
      'lost',
    ])
    expect(Buffer.from((await bucket.get('k'))?.body ?? []).toString()).toBe('b')
  })
})
