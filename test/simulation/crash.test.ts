import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStory } from './check-story.ts'
import { stories } from './story.ts'

/** More by setting: VITALS_SIMULATION_RUNS=20000; the same again: VITALS_SIMULATION_SEED. */
const runs = Number(process.env.VITALS_SIMULATION_RUNS ?? 1_000)
const seed = process.env.VITALS_SIMULATION_SEED

describe('the protocol, with faults at every call', () => {
  it(`keeps its promises in ${runs} stories`, async () => {
    let told = 0
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        await checkStory(story)
        told += 1
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    )
    expect(told).toBeGreaterThanOrEqual(runs)
  })
})
