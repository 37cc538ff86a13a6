/** Of many that want the same, one gets it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { bytes, textOf, type Under, writtenEtag } from './bodies.ts'
import { type OpenElsewhere, type RaceJob, type Racer, startRacers } from './races.ts'

const racerCount = 8

export interface RaceOptions {
  openElsewhere: ((bucket: Bucket) => OpenElsewhere) | undefined
  rounds: number
}

export function describeRaces(the: Under, { openElsewhere, rounds }: RaceOptions): void {
  describe(`${racerCount} ${openElsewhere ? 'processes' : 'callers'} at once`, () => {
    let racers: Racer[]
    beforeAll(async () => {
      racers = await startRacers(racerCount, the.bucket, openElsewhere?.(the.bucket))
    })
    afterAll(() => Promise.all(racers.map((racer) => racer.end())))

    const race = async (makeJob: (racer: string) => RaceJob) => {
      const wins = await Promise.all(racers.map(async ({ name, run }) => ({ name, keys: await run(makeJob(name)) })))
      return wins.flatMap(({ name, keys }) => keys.map((key) => ({ name, key })))
    }

    it('put if-absent: of each key exactly one is the writer, and its body is there', async () => {
      const keys = Array.from({ length: rounds * 5 }, (_, index) => `race/absent/${index % 3}/${index}`)
      const wins = await race((racer) => ({ kind: 'put-if-absent', racer, keys }))
      expect(wins.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
      for (const { name, key } of wins) expect(textOf(await the.bucket.get(key))).toBe(name)
    })

    it('put if-matches: in each round exactly one wins, and its body is there', async () => {
      const key = 'race/matches'
      for (let round = 0; round < rounds; round++) {
        const etag = await writtenEtag(the.bucket, key, `round ${round}`)
        const wins = await race((racer) => ({ kind: 'put-if-matches', racer, key, etag }))
        expect(wins).toHaveLength(1)
        expect(textOf(await the.bucket.get(key))).toBe(wins[0]?.name)
      }
    })

    it('count together by if-matches: no number is left out and none comes twice', async () => {
      const key = 'race/count'
      const times = Math.ceil(rounds / 4)
      await the.bucket.put(key, bytes('0'))
      const wins = await race((racer) => ({ kind: 'count', racer, key, times }))
      const numbers = wins.map((win) => Number(win.key)).toSorted((a, b) => a - b)
      expect(numbers).toEqual(Array.from({ length: racerCount * times }, (_, index) => index + 1))
      expect(textOf(await the.bucket.get(key))).toMatch(new RegExp(`^${racerCount * times} by `))
    })

    it('put and delete in one folder, and none takes it from under another', async () => {
      const surprises = await race((racer) => ({
        kind: 'come-and-go',
        racer,
        folder: 'race/come/and/go',
        times: rounds,
      }))
      expect(surprises).toEqual([])
      expect(await the.bucket.list('race/come/')).toEqual({ objects: [], more: false })
    })
  })
}
