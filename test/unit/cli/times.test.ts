import { expect, test } from 'vitest'
import { parseDuration, parseTime } from '../../../cli/times.ts'

test.each([
  ['2026-03-01T08:00Z', '2026-03-01T08:00:00.000Z'],
  ['2026-03-01T08:00:30+05:30', '2026-03-01T02:30:30.000Z'],
  ['2026-03-01T08:00', '2026-03-01T07:00:00.000Z'],
  ['2026-07-01 08:00', '2026-07-01T06:00:00.000Z'],
  ['2026-03-01', '2026-02-28T23:00:00.000Z'],
  // The night the clocks go forward: 02:30 is not there, and one hour later is meant.
  ['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
  // The night they go back: the first of two.
  ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
])('%s in Berlin is %s', (text, iso) => {
  expect(new Date(parseTime(text, 'Europe/Berlin', 'from')).toISOString()).toBe(iso)
})

test.each(['yesterday', '2026-13-01', '2026-03-01T25:00', '08:00', ''])('%j is refused with the option', (text) => {
  expect(() => parseTime(text, 'UTC', 'from')).toThrow(/^--from .*expected a time such as/)
})

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
])('%s is as long as in vitals.yml', (text, ms) => {
  expect(parseDuration(text, 'for')).toBe(ms)
})

test.each(['', '2', '30m1h', '-1h', '1.5h30m', 'tomorrow'])('%j is no time to silence for', (text) => {
  expect(() => parseDuration(text, 'for')).toThrow(/^--for .*expected a time such as/)
})
