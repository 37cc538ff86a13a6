import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToWindow, isCovered, type WindowSlot, windowMean } from '../../../../core/alerts/window.ts'

const windowMs = 600_000

function filled(samples: readonly [atMs: number, value: number][]): WindowSlot[] {
  return samples.reduce<WindowSlot[]>((slots, [atMs, value]) => addToWindow(slots, atMs, value, windowMs), [])
}

describe('a window', () => {
  it('has the mean of what lies in it, and forgets what lies before it', () => {
    const slots = filled([
      [0, 100],
      [300_000, 50],
      [660_000, 10],
    ])
    expect(windowMean(slots)).toBe(30)
  })

  it('has no mean when it is empty', () => {
    expect(windowMean([])).toBeUndefined()
  })

  it('is covered once its samples reach back over it, give or take an interval and a half', () => {
    const at = (atMs: number) => isCovered(filled([[0, 1]]), { atMs, windowMs, intervalMs: 60_000 })
    expect(at(500_000)).toBe(false)
    expect(at(520_000)).toBe(true)
  })

  it('is the same whatever order its samples come in, and stays small', () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: windowMs - 1 }), fc.integer({ min: 0, max: 100 }))
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 500 }), fc.infiniteStream(fc.nat()), (samples, order) => {
        const shuffled = samples
          .map((one) => ({ one, weight: order.next().value as number }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ one }) => one)
        const slots = filled(samples)
        expect(filled(shuffled)).toEqual(slots)
        expect(slots.length).toBeLessThanOrEqual(61)
      }),
    )
  })
})
