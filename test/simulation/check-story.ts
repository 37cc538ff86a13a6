import type { Bucket } from '../../adapters/bucket/port.ts'
import { checkPromises } from './invariants.ts'
import type { Story } from './story.ts'
import { live } from './world.ts'

/** Lives a story and checks every promise; what broke one is told with all that went before. */
export async function checkStory(story: Story, store?: Bucket): Promise<void> {
  const world = await live(story, store)
  try {
    await checkPromises(world)
  } catch (cause) {
    const lines = world.scheduler.story.join('\n')
    throw new Error(`${(cause as Error).message}\n\nThe story:\n${lines}`, { cause })
  }
}
