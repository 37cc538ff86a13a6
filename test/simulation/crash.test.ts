import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPromises } from './invariants.ts'
import { stories } from './story.ts'
import { live } from './world.ts'

/** More by setting: VITALS_SIMULATION_RUNS=20000; the same again: VITALS_SIMULATION_SEED. */
const runs = Number(process.env.VITALS_SIMULATION_RUNS ?? 1_000)
const seed = process.env.VITALS_SIMULATION_SEED

describe('the protocol, with faults at every call', () => {
  it(`keeps its promises in ${runs} stories`, async () => {
    let told = 0
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const world = await live(story)
        try {
          await checkPromises(world)
        } catch (cause) {
          const lines = world.scheduler.story.join('\n')
          throw new Error(`${(cause as Error).message}\n\nThe story:\n${lines}`, { cause })
        }
        told += 1
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    )
    expect(told).toBeGreaterThanOrEqual(runs)
  })
})
