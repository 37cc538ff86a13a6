/**
 * What every bucket promises, whatever it is made of. An adapter's own test file calls this with a way to open it, and
 * adds what only that adapter can be asked.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Under } from './bucket/bodies.ts'
import { describeKeys } from './bucket/keys.ts'
import { describeListing } from './bucket/listing.ts'
import { bucketCommands, emptyModel } from './bucket/model.ts'
import { describeObjects } from './bucket/objects.ts'
import type { OpenElsewhere } from './bucket/races.ts'
import { describeRaces } from './bucket/racing.ts'

export interface BucketUnderTest {
  /** A bucket with nothing in it. */
  open(): Promise<Bucket>
  /** The same bucket for other processes; absent, where no other process can reach it: then races are between calls. */
  openElsewhere?: (bucket: Bucket) => OpenElsewhere
  close?: () => Promise<void>
  /** What others put there under whatever key can be read and removed. Absent: no such key can be there. */
  readsAnyKey?: boolean
  /** A full page may be followed by an empty one. */
  mayEndEmpty?: boolean
  /** Rounds of each race, and runs of the model test. A store behind HTTP may have fewer. */
  rounds?: number
}

export function describeBucketContract(
  name: string,
  {
    open,
    openElsewhere,
    close = async () => {},
    readsAnyKey = false,
    mayEndEmpty = false,
    rounds = 60,
  }: BucketUnderTest,
): void {
  describe(`${name} as a bucket`, () => {
    const the = {} as Under
    beforeAll(async () => {
      the.bucket = await open()
    })
    afterAll(close)

    describeObjects(the)
    describeKeys(the, { readsAnyKey })
    describeListing(the)
    describeRaces(the, { openElsewhere, rounds })

    it('behaves like a map of keys, whatever is done to it in whatever order', async () => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(bucketCommands(), async (commands) => {
          const folder = `model/${run++}/`
          await fc.asyncModelRun(() => ({ model: emptyModel(folder, mayEndEmpty), real: the.bucket }), commands)
        }),
        { numRuns: rounds },
      )
    })
  })
}
