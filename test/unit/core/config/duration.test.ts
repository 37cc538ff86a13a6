import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, printDuration } from '../../../../core/config/duration.ts'

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['90m', 5_400_000],
    ['6h', 21_600_000],
    ['2d', 172_800_000],
    ['1h30m', 5_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '10', '10 m', '-1m', '1.5h', '30m1h', '1m1m', '5min', 'm', '1ms'])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  it('is read again as it is printed', () => {
    fc.assert(
      fc.property(fc.nat(400 * 86_400), (seconds) => {
        expect(parseDuration(printDuration(seconds * 1_000))).toBe(seconds * 1_000)
      }),
    )
  })

  it('is printed in one way, however it was written', () => {
    expect(['90m', '1h30m', '5400s'].map((text) => printDuration(parseDuration(text) ?? 0))).toEqual([
      '1h30m',
      '1h30m',
      '1h30m',
    ])
  })
})
