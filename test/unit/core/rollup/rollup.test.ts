import { describe, expect, it } from 'vitest'
import { objectEnd, objectStart, objectStarts } from '../../../../core/rollup/rollup.ts'

const at = (text: string) => Date.parse(text)

describe('rollup objects', () => {
  it.each([
    ['5m', '2026-02-28T23:59:59Z', '2026-02-28T23:00:00Z', '2026-03-01T00:00:00Z'],
    ['1h', '2026-02-28T23:59:59Z', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['1d', '2026-02-28T23:59:59Z', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['1d', '2026-12-31T12:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ] as const)('of %s that hold %s begin at %s and end before %s', (resolution, inside, start, end) => {
    expect(objectStart(resolution, at(inside))).toBe(at(start))
    expect(objectEnd(resolution, at(start))).toBe(at(end))
  })

  it('are listed for a range that touches them, its end not included', () => {
    expect(objectStarts('1h', at('2026-02-27T23:30:00Z'), at('2026-03-01T00:00:00Z'))).toEqual([
      at('2026-02-27T00:00:00Z'),
      at('2026-02-28T00:00:00Z'),
    ])
    expect(objectStarts('1d', at('2026-01-31T00:00:00Z'), at('2026-03-01T00:00:01Z'))).toHaveLength(3)
  })
})
