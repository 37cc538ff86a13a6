import { describe, expect, it } from 'vitest'
import { longestRetryAfterMs, retryAfterMsOf } from '../../../../../adapters/http/retry-after.ts'
import { fails, useStoreServer } from './store-server.ts'

const nowMs = Date.parse('2026-11-06T08:49:30Z')

describe('Retry-After', () => {
  it.each<[string | undefined, number | undefined]>([
    ['120', 120_000],
    ['0', 0],
    [' 5 ', 5_000],
    ['99999999999999999999', longestRetryAfterMs],
    ['Fri, 06 Nov 2026 08:49:37 GMT', 7_000],
    ['Friday, 06-Nov-26 08:49:37 GMT', 7_000],
    ['Fri Nov  6 08:49:37 2026 GMT', 7_000],
    ['Fri, 06 Nov 2026 08:49:00 GMT', 0],
    ['Fri, 06 Nov 2126 08:49:37 GMT', longestRetryAfterMs],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Fri, later', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j asks for %j ms', (header, expected) => {
    expect(retryAfterMsOf(header, nowMs)).toBe(expected)
  })
})

describe('a put that the store wants later', () => {
  const store = useStoreServer()
  const asked = async (headers: Record<string, string>) => {
    store.answers(fails(503, 'SlowDown', '', headers))
    const bucket = await store.open()
    const error: unknown = await bucket
      .put('k', Buffer.from('x'), { ifAbsent: true })
      .catch((thrown: unknown) => thrown)
    return (error as { retryAfterMs?: number }).retryAfterMs
  }

  it('says when, in seconds', async () => {
    expect(await asked({ 'retry-after': '17' })).toBe(17_000)
  })

  it("says when, as a date by the store's own clock, however wrong ours is", async () => {
    const date = 'Sun, 01 Jan 2023 00:00:00 GMT'
    expect(await asked({ date, 'retry-after': 'Sun, 01 Jan 2023 00:00:09 GMT' })).toBe(9_000)
  })

  it('says nothing where the store says nothing', async () => {
    expect(await asked({})).toBeUndefined()
  })
})
