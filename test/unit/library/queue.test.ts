import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSnapshotQueue, type Reading } from '../../../library/queue.ts'
import { makeSnapshot } from '../../make.ts'

type Step = 'push' | 'read' | 'end'

/** Runs the steps over a queue; the snapshots are numbered from 1, and readings told as `[number, missed]`. */
async function live(steps: readonly Step[], limit: number) {
  const queue = createSnapshotQueue({ limit, onLeft: () => undefined })
  const asked: Promise<IteratorResult<Reading, undefined>>[] = []
  let pushed = 0
  let isEnded = false
  for (const step of steps) {
    if (step === 'read') asked.push(queue.readings.next())
    if (step === 'end') isEnded = true
    if (step === 'end') queue.end()
    if (step !== 'push' || isEnded) continue
    pushed += 1
    queue.push(makeSnapshot({ atMs: pushed }))
  }
  queue.end()
  const results = await Promise.all(asked)
  for (let result = await queue.readings.next(); !result.done; result = await queue.readings.next())
    results.push(result)
  const readings = results.flatMap(({ value }) => (value ? [[value.snapshot.observedAtMs, value.missed] as const] : []))
  return { pushed, readings }
}

const steps = fc.array(fc.constantFrom<Step[]>('push', 'push', 'push', 'read', 'read', 'end'), { maxLength: 60 })

describe('a queue of snapshots', () => {
  it('gives each once and in order, and counts with the next all that were dropped before it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (told, limit) => {
        const { pushed, readings } = await live(told, limit)
        let last = 0
        for (const [number, missed] of readings) {
          expect(number).toBe(last + missed + 1)
          last = number
        }
        expect(last).toBe(pushed)
      }),
    )
  })

  it('holds no more than its limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 5 }), async (pushes, limit) => {
        const { readings } = await live(Array<Step>(pushes).fill('push'), limit)
        expect(readings).toHaveLength(Math.min(pushes, limit))
      }),
    )
  })

  it('drops nothing where readers wait already', async () => {
    const { readings } = await live(['read', 'read', 'push', 'push', 'push'], 1)
    expect(readings).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ])
  })

  it('tells those that wait that it has ended', async () => {
    const queue = createSnapshotQueue({ limit: 1, onLeft: () => undefined })
    const waiting = [queue.readings.next(), queue.readings.next()]
    queue.end()
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
  })

  it('is left by a break, and keeps nothing then', async () => {
    let left = 0
    const queue = createSnapshotQueue({ limit: 3, onLeft: () => (left += 1) })
    for (const atMs of [1, 2, 3]) queue.push(makeSnapshot({ atMs }))
    for await (const { snapshot } of queue.readings) if (snapshot.observedAtMs === 2) break
    expect(left).toBe(1)
    expect(await queue.readings.next()).toEqual({ done: true, value: undefined })
  })
})
