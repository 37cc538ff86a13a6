import fc from 'fast-check'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { expect, it } from 'vitest'
import { deltaPacked } from '../../../../functions/rollup/delta-packed.ts'

function unpacked(bytes: Uint8Array, count: number): number[] {
  const output = new BigInt64Array(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  deltaBinaryUnpack({ view, offset: 0 }, count, output)
  return Array.from(output, Number)
}

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: 0, max: 2 ** 30 }).map((pages) => pages * 4_096),
)

it.each(['bits', 'whole bytes', 'same least'] as const)('whole numbers laid out by %s come back', (layout) => {
  const lists = fc.oneof(
    fc.array(whole, { minLength: 1, maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 300 }),
    fc.tuple(whole, fc.integer({ min: 1, max: 300 })).map(([value, count]) => new Array<number>(count).fill(value)),
  )
  fc.assert(
    fc.property(lists, (values) => {
      const exact = values.map((value) => value + 0)
      expect(unpacked(deltaPacked(exact, layout), exact.length)).toEqual(exact)
    }),
  )
})

it('steps as small as seconds take few bits', () => {
  const times = Array.from({ length: 1_025 }, (_, index) => 1_772_366_400_000 + index * 60_000 + (index % 3))
  expect(deltaPacked(times).length).toBeLessThan(1_025 / 2)
})
