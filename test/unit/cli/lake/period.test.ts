import { expect, it, test } from 'vitest'
import { readRange } from '../../../../cli/lake/period.ts'

const nowMs = Date.UTC(2026, 2, 8, 12)
const dayMs = 86_400_000

it('nothing said is the last seven days of all hosts', () => {
  expect(readRange({ values: {} }, 'UTC', nowMs)).toEqual({ fromMs: nowMs - 7 * dayMs, toMs: nowMs })
})

it('times are those of the time zone, hosts are those that are named', () => {
  const values = { from: ['2026-03-01'], to: ['2026-03-02T00:00Z'], host: ['a', 'b'] }
  expect(readRange({ values }, 'Europe/Berlin', nowMs)).toEqual({
    fromMs: Date.UTC(2026, 1, 28, 23),
    toMs: Date.UTC(2026, 2, 2),
    hosts: ['a', 'b'],
  })
})

test.each([
  [{ days: ['0'] }, '--days 0: expected a number above 0'],
  [{ days: ['x'] }, '--days x: expected a number above 0'],
  [{ days: ['1'], from: ['2026-03-01'] }, '--days and --from: expected one of them'],
  [{ from: ['2026-03-02'], to: ['2026-03-01'] }, 'expected a beginning before the end'],
])('%j is refused', (values, message) => {
  expect(() => readRange({ values }, 'UTC', nowMs)).toThrow(message)
})
