/** The simulator's bucket keeps the same promises: what holds over it holds over the real ones. */
import { createMemoryBucket } from '../simulation/memory-bucket.ts'
import { describeBucketContract } from './bucket-contract.ts'

describeBucketContract('a map in memory', { open: async () => createMemoryBucket({ now: () => Date.UTC(2026, 0) }) })
