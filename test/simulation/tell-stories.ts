/** The crash simulator once more, on a store of which nothing is ours. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { checkStory } from './check-story.ts'
import { stories } from './story.ts'

/** `makeBucket`: the name of one, for all stories. */
export function tellStories(where: string, runs: number, makeBucket: () => Promise<string>): void {
  it(`the protocol keeps its promises in ${runs} stories on ${where}`, { timeout: 900_000 }, async () => {
    const name = await makeBucket()
    let told = 0
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        // Shrinking tells more stories: each has a place of its own.
        await checkStory(story, await openS3Bucket(`s3://${name}/story-${told++}`))
      }),
      { numRuns: runs },
    )
    expect(told).toBeGreaterThanOrEqual(runs)
  })
}
