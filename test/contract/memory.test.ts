/** The simulator's bucket keeps the same promises: what holds over it holds over the real ones. */
import { withOneWriter } from '../../adapters/bucket/one-writer.ts'
import type { Bucket } from '../../adapters/bucket/port.ts'
import { createMemoryBucket } from '../simulation/memory-bucket.ts'
import { describeBucketContract } from './bucket-contract.ts'

describeBucketContract('a map in memory', { open: async () => createMemoryBucket({ now: () => Date.UTC(2026, 0) }) })

/** As stores are that take no notice of conditions: Garage 2.0 is one. */
function withoutConditions(bucket: Bucket): Bucket {
  return { ...bucket, put: (key, body) => bucket.put(key, body) }
}

describeBucketContract('a store without conditions, and one process that keeps them', {
  open: async () => withOneWriter(withoutConditions(createMemoryBucket({ now: () => Date.UTC(2026, 0) }))),
})
