/** Counted requests, held to those of the model. */
import { expect } from 'vitest'
import type { Asker, Requests, RequestsByAsker } from '../../../../core/cost/model.ts'

/** Of all of a kind together, and of each function by itself; where there are few, so many more or less are no error. */
const tolerance = { share: 0.1, requests: 12 }
const dayMinutes = 1_440

export function expectRequests(
  counted: Partial<Record<Asker, Requests>>,
  day: RequestsByAsker,
  minutes = dayMinutes,
): void {
  const names = Object.keys(counted) as Asker[]
  for (const kind of ['reads', 'lists', 'writes'] as const) {
    const all = { counted: 0, model: 0 }
    for (const name of names) {
      const found = counted[name]?.[kind] ?? 0
      const expected = (day[name][kind] * minutes) / dayMinutes
      all.counted += found
      all.model += expected
      expectNear(found, expected, `${kind} of ${name}`)
    }
    expectNear(all.counted, all.model, `all ${kind}`)
  }
}

export function expectNear(counted: number, model: number, what: string): void {
  const isNear = Math.abs(counted - model) <= Math.max(tolerance.requests, model * tolerance.share)
  expect(isNear, `${what}: counted ${counted}, the model says ${model.toFixed(1)}`).toBe(true)
}
