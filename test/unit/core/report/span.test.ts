import { expect, it } from 'vitest'
import { clockWords, lengthWords, spanWords } from '../../../../core/report/span.ts'
import { plainSpaces } from '../../../../core/view/line.ts'

const hourMs = 3_600_000
const berlin = 'Europe/Berlin'

it.each([
  ['a day of 23 hours', '2026-03-28T23:00Z', '2026-03-29T22:00Z', '1 d', 'clocks went forward by 1 h'],
  ['a day of 25 hours', '2026-10-24T22:00Z', '2026-10-25T23:00Z', '1 d', 'clocks went back by 1 h'],
  ['a month with a change of clocks', '2026-02-28T23:00Z', '2026-03-31T22:00Z', '31 d', 'clocks went forward by 1 h'],
  ['a day without one', '2026-03-01T23:00Z', '2026-03-02T23:00Z', '1 d', undefined],
  ['24 hours over one', '2026-03-28T12:00Z', '2026-03-29T12:00Z', '1 d', 'clocks went forward by 1 h'],
  ['an hour', '2026-03-28T12:00Z', '2026-03-28T13:00Z', '1 h', undefined],
] as const)(
  'calls %s what its reader calls it, and says that the clocks were changed',
  (_, from, to, words, clocks) => {
    const span = { fromMs: Date.parse(from), toMs: Date.parse(to) }
    expect(plainSpaces(spanWords(span, berlin))).toBe(words)
    const said = clockWords(span, berlin)
    expect(said === undefined ? undefined : plainSpaces(said)).toBe(clocks)
  },
)

it('says of a night of eight hours why its clocks show nine', () => {
  const fromMs = Date.parse('2026-03-28T21:00Z')
  expect(plainSpaces(lengthWords({ fromMs, toMs: fromMs + 8 * hourMs }, berlin))).toBe(
    '8 h, clocks went forward by 1 h',
  )
  expect(plainSpaces(lengthWords({ fromMs, toMs: fromMs + 8 * hourMs }, 'UTC'))).toBe('8 h')
})
