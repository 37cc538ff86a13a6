import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../adapters/clock/port.ts'
import { everyInterval, nextDueMs } from '../../../agent/pace.ts'

const everyMs = 60_000

/** Passes its own time: what sleeps is woken when it is due. `events`: what happens when the monotonic time has come. */
function createPassingClock({
  wallMs,
  events = [],
}: {
  wallMs: number
  events?: { atMs: number; wallStepsMs: number }[]
}) {
  const state = { wallMs, monotonicMs: 1_000 }
  const waiting = [...events]
  const pass = (ms: number) => {
    state.wallMs += ms
    state.monotonicMs += ms
    while ((waiting[0]?.atMs ?? Number.POSITIVE_INFINITY) <= state.monotonicMs)
      state.wallMs += waiting.shift()?.wallStepsMs ?? 0
  }
  const clock: Clock = {
    now: () => state.wallMs,
    monotonicMs: () => state.monotonicMs,
    sleep: async (ms) => pass(Math.max(0, ms)),
  }
  return { clock, pass }
}

async function taken(
  { clock, pass }: ReturnType<typeof createPassingClock>,
  costsMs: readonly number[],
): Promise<{ wall: string[]; monotonicMs: number[] }> {
  const stop = new AbortController()
  const wall: string[] = []
  const monotonicMs: number[] = []
  await everyInterval({ clock, intervalMs: () => everyMs, signal: stop.signal }, async () => {
    wall.push(new Date(clock.now()).toISOString().slice(0, 19))
    monotonicMs.push(clock.monotonicMs() - 1_000)
    pass(costsMs[wall.length - 1] ?? 0)
    if (wall.length === costsMs.length) stop.abort()
  })
  return { wall, monotonicMs }
}

const noon = Date.parse('2026-03-28T12:00:00Z')
const nothing = [0, 0, 0, 0, 0]

describe('snapshots', () => {
  it('are an interval apart from beginning to beginning, however long each takes', async () => {
    const { monotonicMs } = await taken(createPassingClock({ wallMs: noon }), [100, 30_000, 59_999, 5, 0])
    expect(monotonicMs).toEqual([0, 60_000, 120_000, 180_000, 240_000])
  })

  it('go on at the next of their times after one that took longer than the interval', async () => {
    const { monotonicMs } = await taken(createPassingClock({ wallMs: noon }), [0, 150_000, 0, 0])
    expect(monotonicMs).toEqual([0, 60_000, 240_000, 300_000])
  })

  it.each([
    ['forward by a year', 365 * 86_400_000, ['12:01:00', '12:02:00']],
    ['back by a day', -86_400_000, ['12:01:00', '12:02:00']],
    ['back to 1970', -noon - 60_000, ['00:00:00', '00:01:00']],
  ])('keep their times when the wall clock steps %s, and carry what it says then', async (_, wallStepsMs, after) => {
    const events = [{ atMs: 61_000, wallStepsMs }]
    const { wall, monotonicMs } = await taken(createPassingClock({ wallMs: noon, events }), nothing)
    expect(monotonicMs).toEqual([0, 60_000, 120_000, 180_000, 240_000])
    expect(wall.slice(1, 3).map((time) => time.slice(11))).toEqual(after)
  })

  it('go on after a sleep of the machine without making up for it: our clock stands still, the wall clock does not', async () => {
    const events = [{ atMs: 90_000, wallStepsMs: 8 * 3_600_000 }]
    const { wall, monotonicMs } = await taken(createPassingClock({ wallMs: noon, events }), nothing)
    expect(monotonicMs).toEqual([0, 60_000, 120_000, 180_000, 240_000])
    expect(wall.map((time) => time.slice(11))).toEqual(['12:00:00', '12:01:00', '20:02:00', '20:03:00', '20:04:00'])
  })

  it('make up for nothing where our clock went on in the sleep', async () => {
    const { monotonicMs } = await taken(createPassingClock({ wallMs: noon }), [0, 8 * 3_600_000, 0])
    expect(monotonicMs).toEqual([0, 60_000, 60_000 + 8 * 3_600_000])
  })

  it.each([
    ['begins', '2026-03-29T00:58:00Z'],
    ['ends', '2026-10-25T00:58:00Z'],
  ])('know nothing of summer time when it %s: they are told in UTC', async (_, from) => {
    const { wall } = await taken(createPassingClock({ wallMs: Date.parse(from) }), nothing)
    expect(wall.map((time) => time.slice(11))).toEqual(['00:58:00', '00:59:00', '01:00:00', '01:01:00', '01:02:00'])
  })

  it('are finished when the agent is told to stop in the midst of one, and no other is begun', async () => {
    const stop = new AbortController()
    const { clock } = createPassingClock({ wallMs: noon })
    const said: string[] = []
    await everyInterval({ clock, intervalMs: () => everyMs, signal: stop.signal }, async () => {
      said.push('begun')
      stop.abort()
      await new Promise((resolve) => setImmediate(resolve))
      said.push('finished')
    })
    expect(said).toEqual(['begun', 'finished'])
  })

  it('are never due in the past, and never more than an interval ahead', () => {
    const ms = fc.integer({ min: 0, max: 2 ** 40 })
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 1_000, max: 86_400_000 }), (dueMs, laterMs, intervalMs) => {
        const nowMs = dueMs + laterMs
        const next = nextDueMs({ dueMs, nowMs, intervalMs })
        expect(next).toBeGreaterThanOrEqual(nowMs)
        expect(next).toBeLessThanOrEqual(nowMs + intervalMs)
        expect((next - dueMs) % intervalMs).toBe(0)
      }),
    )
  })
})
