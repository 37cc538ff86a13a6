import { makeBucket } from '../contract/s3-contract.ts'
import { describeFleetStory } from '../e2e/fleet-story.ts'
import { useLocalStack } from './use.ts'

useLocalStack()
describeFleetStory('S3 of LocalStack', async () => `s3://${await makeBucket()}/fleet`)
