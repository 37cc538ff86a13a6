import { describe, expect, it } from 'vitest'
import type { ClockReading } from '../../../../core/batch.ts'
import { eventTime, type HostTime } from '../../../../core/shard/event-time.ts'
import { startMs } from '../../../make.ts'

const bootId = 'boot'
const clock: ClockReading = { bootId, sinceBootMs: 100_000, storeAtMs: startMs }

function at(sample: HostTime, { clocks = [clock], newest = sample, nowMs = startMs } = {}) {
  return eventTime(sample, { clocks, newest, nowMs })
}

describe('event time', () => {
  it.each<[name: string, sample: HostTime, expected: number]>([
    [
      "keeps the host's time when it agrees with the store's",
      { observedAtMs: startMs - 58_000, sinceBootMs: 40_000, bootId },
      startMs - 58_000,
    ],
    [
      'puts a host right that believes it is 1970',
      { observedAtMs: 40_000, sinceBootMs: 40_000, bootId },
      startMs - 60_000,
    ],
    [
      'puts a host right that is an hour ahead',
      { observedAtMs: startMs + 3_600_000, sinceBootMs: 70_000, bootId },
      startMs - 30_000,
    ],
    [
      'leaves a sample of 20 days ago where it is',
      { observedAtMs: startMs - 20 * 86_400_000 },
      startMs - 20 * 86_400_000,
    ],
    [
      'uses no reading of another boot',
      { observedAtMs: startMs - 7_000, sinceBootMs: 1, bootId: 'other' },
      startMs - 7_000,
    ],
    ['takes what can only be a wrong clock for now', { observedAtMs: 5_000 }, startMs],
    ['takes nothing from next year', { observedAtMs: startMs + 365 * 86_400_000 }, startMs],
  ])('%s', (_, sample, expected) => {
    expect(at(sample)).toBe(expected)
  })

  it('keeps the distances between the samples of a batch whose clock is impossible', () => {
    const newest = { observedAtMs: 100_000, sinceBootMs: 100_000, bootId }
    expect(at({ observedAtMs: 40_000, sinceBootMs: 40_000, bootId }, { clocks: [], newest })).toBe(startMs - 60_000)
  })

  it('believes no reading that would put a sample into the future', () => {
    const liar = { ...clock, storeAtMs: startMs + 86_400_000 }
    expect(at({ observedAtMs: startMs, sinceBootMs: 100_000, bootId }, { clocks: [liar] })).toBe(startMs)
  })
})
