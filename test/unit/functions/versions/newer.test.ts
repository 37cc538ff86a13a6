/** An older function meets what a newer one wrote, as after a rollback: it says so, does no harm, and the newer one goes on. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MemoryBucket } from '../../../simulation/memory-bucket.ts'
import { createRecordingLog } from '../../agent/recording-log.ts'
import { type NewerKind, newerKinds } from './newer-objects.ts'
import { act, copyOf, livedBucket } from './older-functions.ts'

let lived: MemoryBucket
beforeAll(async () => {
  lived = await livedBucket()
})

const refusal =
  /version \d+, this build knows up to \d+: a newer Vitals wrote it, and it is left as it is: update vitals here/
/** One digit, as what is packed in columns has it. */
const versionsAbove = (known: number) =>
  fc.record({
    version: fc.integer({ min: known + 1, max: 9 }),
    like: fc.constantFrom('the same' as const, 'nothing known' as const),
  })

/** The object as it was, put back: what the newer version does when it comes again. */
async function makeNewer(bucket: MemoryBucket, { keys, newer }: NewerKind, how: Parameters<NewerKind['newer']>[1]) {
  const found: [key: string, body: Uint8Array][] = []
  for (const key of await keys(bucket)) {
    const body = (await bucket.get(key))?.body
    if (body) found.push([key, body])
  }
  expect(found).not.toEqual([])
  for (const [key, body] of found) await bucket.put(key, await newer(body, how))
  return async () => {
    for (const [key, body] of found) await bucket.put(key, body)
  }
}

const without = (etags: ReadonlyMap<string, string>, left: RegExp | undefined) =>
  [...etags].filter(([key]) => left === undefined || !left.test(key))

const meetings = newerKinds.flatMap((kind) => kind.met.map((acting) => ({ ...kind, acting })))

describe('an older function', () => {
  it.each(meetings)('that meets $kind of a newer version says so and changes nothing: $acting', async (meeting) => {
    await fc.assert(
      fc.asyncProperty(versionsAbove(meeting.known), async (how) => {
        const bucket = await copyOf(lived)
        await makeNewer(bucket, meeting, how)
        const before = bucket.etags()
        const log = createRecordingLog()
        const thrown = await act(meeting.acting, bucket, { log }).then(
          () => undefined,
          (error: Error) => error.message,
        )
        expect([thrown, ...log.events.map(({ fields }) => fields.reason)].join('\n')).toMatch(refusal)
        const ofNewer = await meeting.keys(bucket)
        expect(ofNewer.map((key) => bucket.etags().get(key))).toEqual(ofNewer.map((key) => before.get(key)))
        expect(without(bucket.etags(), meeting.after)).toEqual(without(before, meeting.after))
      }),
      { numRuns: 6 },
    )
  })

  it.each(meetings)('costs nothing: with $kind as before, $acting does what it would have done', async (meeting) => {
    const [met, control] = [await copyOf(lived), await copyOf(lived)]
    const putBack = await makeNewer(met, meeting, { version: 9, like: 'nothing known' })
    await act(meeting.acting, met).catch(() => {})
    await putBack()
    for (const bucket of [met, control]) {
      for (const acting of ['evaluate', 'notify', 'rollup', meeting.acting] as const) await act(acting, bucket)
    }
    expect([...met.etags()].sort()).toEqual([...control.etags()].sort())
  })
})
