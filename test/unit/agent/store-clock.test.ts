import { beforeEach, describe, expect, it } from 'vitest'
import { createStoreClock, type StoreClock } from '../../../agent/store-clock.ts'
import { makeSnapshot, startMs } from '../../make.ts'

const now = { wallMs: 0, monotonicMs: 0, bootMs: 0 }
let store: StoreClock

beforeEach(() => {
  Object.assign(now, { wallMs: startMs, monotonicMs: 5_000, bootMs: 70_000 })
  store = createStoreClock({ clock: { now: () => now.wallMs, monotonicMs: () => now.monotonicMs } })
})

const sample = () => store.sampled(makeSnapshot({ atMs: now.wallMs, sinceBootMs: now.bootMs, bootId: 'boot-1' }))

function pass(ms: number) {
  for (const key of ['wallMs', 'monotonicMs', 'bootMs'] as const) now[key] += ms
}

/** Our own clock stands still then. */
function sleepOfMachine(ms: number) {
  now.wallMs += ms
  now.bootMs += ms
}

describe("the store's clock", () => {
  it('is tied to the time since boot, which no clock setting moves', () => {
    sample()
    pass(300)
    store.heard(startMs + 40_000)
    expect(store.reading()).toEqual({ bootId: 'boot-1', sinceBootMs: 70_300, storeAtMs: startMs + 40_000 })
    expect(store.offsetMs()).toBe(39_700)
  })

  it('is not known before the store has said it', () => {
    sample()
    store.heard(undefined)
    expect([store.reading(), store.offsetMs()]).toEqual([undefined, undefined])
  })

  it('is not read by a sample from before the machine slept: that would be off by the sleep', () => {
    sample()
    store.heard(startMs)
    const before = store.reading()
    sleepOfMachine(3_600_000)
    store.heard(startMs + 3_600_000)
    expect(store.reading()).toEqual(before)
    sample()
    pass(20)
    store.heard(startMs + 3_600_020)
    expect(store.reading()).toEqual({ bootId: 'boot-1', sinceBootMs: 3_670_020, storeAtMs: startMs + 3_600_020 })
  })

  it.each([
    ['forward', 7_200_000],
    ['back', -7_200_000],
  ])('is not read over a step %s of the wall clock, and is right again with the next sample', (_, stepMs) => {
    sample()
    now.wallMs += stepMs
    store.heard(startMs)
    expect(store.reading()).toBeUndefined()
    expect(store.offsetMs()).toBe(-stepMs)
    sample()
    store.heard(startMs)
    expect(store.reading()).toEqual({ bootId: 'boot-1', sinceBootMs: 70_000, storeAtMs: startMs })
  })
})
