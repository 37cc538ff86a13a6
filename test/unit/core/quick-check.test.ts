import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { quickCheck } from '../../../core/quick-check.ts'
import { snapshotSchema } from '../../../core/snapshot.ts'
import { makeSnapshot } from '../../make.ts'

const check = quickCheck(snapshotSchema)

/** With all that an agent may send. */
const whole = {
  ...makeSnapshot({
    disks: [
      ['/', 30],
      ['/var', 50],
    ],
  }),
  sinceBootMs: 5,
  bootId: 'b',
  ioPressure: { some10Percent: 1 },
  openFiles: { used: 1, limit: 2 },
  sensors: [{ name: 'cpu', celsius: -3.5 }],
  events: [{ kind: 'process-ended', atMs: 1, watch: 'name:x', name: 'x', pid: 3 }],
  findings: [{ check: 'queue', severity: 'warning', message: 'long', value: -1 }],
  agent: { spoolState: 'disk', clockOffsetMs: -5 },
  unavailable: { disks: 'no' },
}

/** Every place in a value. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))]
}

function withAt(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  if (other === undefined && rest.length === 0) delete copy[key]
  else copy[key] = withAt(copy[key], rest, other)
  return copy
}

describe('a quick check', () => {
  it('takes what an agent sends', () => {
    expect(check(whole)).toBe(true)
    expect(check(makeSnapshot())).toBe(true)
  })

  it('says yes to nothing that valibot would refuse or change, whatever is put in whatever place', () => {
    const place = fc.constantFrom(...placesIn(whole))
    const other = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(undefined, -1, 0.5, 101, 2 ** 53, '', 'x'.repeat(2_000), [], {}, { __proto__: null, a: 1 }),
      fc.constant({ unknown: 1 }),
    )
    let taken = 0
    fc.assert(
      fc.property(place, other, (path, put) => {
        const value: unknown = JSON.parse(JSON.stringify(withAt(whole, path, put)) ?? 'null')
        if (!check(value)) return
        taken += 1
        const parsed = v.safeParse(snapshotSchema, value)
        expect(parsed.success).toBe(true)
        expect(parsed.output).toEqual(value)
      }),
      { numRuns: 2_000 },
    )
    expect(taken).toBeGreaterThan(50)
  })

  it('leaves to valibot what it does not know', () => {
    expect(quickCheck(v.union([v.string(), v.number()]))('x')).toBe(false)
    expect(quickCheck(v.pipe(v.string(), v.email()))('a@b.c')).toBe(false)
    expect(quickCheck(v.object({ a: v.optional(v.number(), 1) }))({})).toBe(false)
    expect(quickCheck(v.object({ a: v.number() }))({ a: 1, b: 2 })).toBe(false)
  })
})
