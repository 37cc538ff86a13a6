/** S3 as it is on LocalStack: the contract of buckets, between processes, and what only a real store can be asked. */
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { describeBucketContract } from '../contract/bucket-contract.ts'
import { describeS3Store, elsewhere, makeBucket } from '../contract/s3-contract.ts'
import { useLocalStack } from './use.ts'

useLocalStack()

describeBucketContract('a whole bucket of S3', {
  open: async () => openS3Bucket(`s3://${await makeBucket()}`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  rounds: 10,
})

describeBucketContract('a part of a versioned bucket of S3', {
  open: async () => openS3Bucket(`s3://${await makeBucket({ isVersioned: true })}/${'deep/'.repeat(24)}par`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  rounds: 10,
})

describeS3Store('S3 on LocalStack', { hasVersions: true })
