/** The crash simulator once more, on a store of which nothing is ours. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { checkStory } from '../simulation/check-story.ts'
import { stories } from '../simulation/story.ts'
import { useLocalStack } from './use.ts'

const runs = 20

it(`the protocol keeps its promises in ${runs} stories on S3`, { timeout: 900_000 }, async () => {
  useLocalStack()
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'simulation' }))
  let told = 0
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      // Shrinking tells more stories: each has a place of its own.
      await checkStory(story, await openS3Bucket(`s3://simulation/story-${told++}`))
    }),
    { numRuns: runs },
  )
  expect(told).toBeGreaterThanOrEqual(runs)
})
