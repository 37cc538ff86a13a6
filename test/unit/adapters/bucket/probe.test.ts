import { describe, expect, it } from 'vitest'
import { type Bucket, BucketError, type PutCondition } from '../../../../adapters/bucket/port.ts'
import { probeConditionalWrites } from '../../../../adapters/bucket/probe.ts'
import { systemRandom } from '../../../../adapters/clock/system.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

/** A store that does not see some conditions. */
function blindTo(isIgnored: (condition: PutCondition) => boolean): Bucket {
  const bucket = createMemoryBucket({ now: () => 0 })
  const put: Bucket['put'] = (key, body, condition) =>
    bucket.put(key, body, condition && isIgnored(condition) ? undefined : condition)
  return { ...bucket, put }
}

const stores: [name: string, bucket: Bucket, observed: string[]][] = [
  ['honours them', blindTo(() => false), []],
  [
    'ignores them all, as Garage 2.0',
    blindTo(() => true),
    [
      'if-absent on a key that is there: expected lost, it was written',
      'if-matches with a stale ETag: expected lost, it was written',
      'if-matches on a missing key: expected lost, it was written',
    ],
  ],
  ['refuses them', refusing(), ['not known']],
  [
    'ignores if-matches',
    blindTo((condition) => 'ifMatches' in condition),
    [
      'if-matches with a stale ETag: expected lost, it was written',
      'if-matches on a missing key: expected lost, it was written',
    ],
  ],
  [
    'ignores if-absent',
    blindTo((condition) => 'ifAbsent' in condition),
    [
      'if-absent on a key that is there: expected lost, it was written',
      'if-matches with the current ETag: expected written, it was lost',
    ],
  ],
]

/** A store that answers 501 to whoever sets a condition, as Backblaze B2. */
function refusing(): Bucket {
  const bucket = createMemoryBucket({ now: () => 0 })
  const put: Bucket['put'] = (key, body, condition) =>
    condition
      ? Promise.reject(new BucketError('not known', { operation: 'put', key, effect: 'none', isUnknownRequest: true }))
      : bucket.put(key, body)
  return { ...bucket, put }
}

describe('probing a store for conditional writes', () => {
  it.each(stores)('tells of one that %s what it did, and leaves nothing behind', async (_, bucket, observed) => {
    const result = await probeConditionalWrites({ bucket, random: systemRandom })
    expect(result).toEqual(observed.length === 0 ? { honours: true } : { honours: false, observed })
    expect((await bucket.list('')).objects).toEqual([])
  })

  it('throws when the store can not be asked, though its delete fails too', async () => {
    const away = async () => {
      throw new BucketError('the store is away', { operation: 'put', key: '', effect: 'none' })
    }
    const bucket = { ...createMemoryBucket({ now: () => 0 }), put: away, delete: away }
    await expect(probeConditionalWrites({ bucket, random: systemRandom })).rejects.toThrow('the store is away')
  })
})
