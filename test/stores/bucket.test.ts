/** What `test/localstack/s3.test.ts` asks of LocalStack, and more rounds of each race. */
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { describeBucketContract } from '../contract/bucket-contract.ts'
import { describeS3Store, elsewhere, makeBucket } from '../contract/s3-contract.ts'
import { useStore } from './use.ts'

const { name, title } = useStore()
const hasVersions = name === 'minio'

describeBucketContract(`a whole bucket of ${title}`, {
  open: async () => openS3Bucket(`s3://${await makeBucket()}`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  mayEndEmpty: name === 'versitygw',
  rounds: 30,
})

describeBucketContract(`a part of a bucket of ${title}, with versions where it has them`, {
  open: async () => openS3Bucket(`s3://${await makeBucket({ isVersioned: hasVersions })}/${'deep/'.repeat(24)}par`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  mayEndEmpty: name === 'versitygw',
  rounds: 10,
})

describeS3Store(title, {
  hasVersions,
  otherwise:
    name === 'minio'
      ? { 'a//b': 'refused', 'x/.': 'refused' }
      : // A path is a path.
        { 'a//b': { keptAs: 'a/b' }, 'x/.': { keptAs: 'x' } },
})
