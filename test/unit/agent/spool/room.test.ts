import { describe, expect, it } from 'vitest'
import type { SpooledBatch } from '../../../../agent/spool/names.ts'
import { createAges, firstToDrop } from '../../../../agent/spool/room.ts'

const hourMs = 3_600_000
const nowMs = Date.UTC(2026, 2, 1)

function batch(seq: number, { sizeBytes = 100, toMs = nowMs } = {}): SpooledBatch {
  const stream = 'a'.repeat(16)
  return { name: `batch-${seq}`, stream, seq, sha16: stream, fromMs: toMs, toMs, snapshots: 1, sizeBytes }
}

const young = () => 0

describe('firstToDrop', () => {
  const bounds = { maxBytes: 250, maxAgeMs: hourMs }

  it.each([
    ['nothing of an empty spool', [], undefined],
    ['nothing within the bounds', [batch(1), batch(2)], undefined],
    ['the oldest of too many bytes', [batch(1), batch(2), batch(3)], 1],
    ['never the newest, however large', [batch(1, { sizeBytes: 9_999 })], undefined],
  ])('drops %s', (_, batches, seq) => {
    expect(firstToDrop(batches, bounds, young)?.batch.seq).toBe(seq)
  })

  it('drops what has waited for too long, wherever it stands', () => {
    const ageMs = ({ seq }: SpooledBatch) => (seq === 2 ? hourMs + 1 : hourMs)
    const dropped = firstToDrop([batch(1), batch(2), batch(3)], { maxBytes: 9_999, maxAgeMs: hourMs }, ageMs)
    expect(dropped).toMatchObject({ batch: { seq: 2 }, reason: 'waited in the spool for too long' })
  })
})

describe('the age of a batch', () => {
  it('counts from the last snapshot for what an earlier process left', () => {
    const left = batch(1, { toMs: nowMs - hourMs })
    const ages = createAges([left], { nowMs, monotonicMs: 50 })
    expect(ages.ageMs(left, 60)).toBe(hourMs + 10)
  })

  it('counts by the clock that never steps for what came since', () => {
    const ages = createAges([], { nowMs, monotonicMs: 50 })
    // The wall clock stood at 1970 when it was made, and was set right since.
    const made = batch(1, { toMs: 12_000 })
    ages.seen(made.name, 60)
    expect(ages.ageMs(made, 90)).toBe(30)
  })

  it.each([
    ['a host that did not know the time', 12_000],
    ['the future', nowMs + hourMs],
  ])('begins anew for what an earlier process left with the time of %s', (_, toMs) => {
    const left = batch(1, { toMs })
    expect(createAges([left], { nowMs, monotonicMs: 50 }).ageMs(left, 50)).toBe(0)
  })
})
