import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../../core/limits.ts'
import {
  mayTake,
  newStream,
  overdue,
  type StreamState,
  taken,
  withLost,
  withTold,
} from '../../../../core/shard/streams.ts'

function inOrder(...seqs: number[]): StreamState {
  return seqs.reduce((stream, seq) => taken(stream, seq, `hash-${seq}`, seq), newStream(0))
}

describe('a stream', () => {
  it.each<[taken: number[], seq: number, hash: string, take: string]>([
    [[], 1, 'hash-1', 'first'],
    [[], 7, 'hash-7', 'first'],
    [[1, 2], 2, 'hash-2', 'no'],
    [[1, 2], 2, 'other', 'clone'],
    [[1, 6], 5, 'hash-5', 'first'],
    [[1, 6, 5], 5, 'hash-5', 'no'],
    [[6], 1, 'hash-1', 'first'],
  ])('after batches %j says of batch %i (%s): %s', (seqs, seq, hash, take) => {
    expect(mayTake(inOrder(...seqs), seq, hash).take).toBe(take)
  })

  it('takes a batch for a duplicate whose hash it has forgotten', () => {
    const many = Array.from({ length: limits.hashesPerStream + 5 }, (_, index) => index + 1)
    expect(mayTake(inOrder(...many), 1, 'other').take).toBe('no')
  })

  it('takes each number once, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200 }), (seqs) => {
        const seen = new Set<number>()
        let stream = newStream(0)
        for (const seq of seqs) {
          const isNew = mayTake(stream, seq, `hash-${seq}`).take === 'first'
          expect(isNew).toBe(!seen.has(seq))
          if (isNew) stream = taken(stream, seq, `hash-${seq}`, 0)
          seen.add(seq)
        }
        const highest = Math.max(0, ...seen)
        const missing = stream.missing.reduce((sum, { from, to }) => sum + to - from + 1, 0)
        expect(missing).toBe(highest - seen.size)
      }),
    )
  })

  it('leaves a batch in the inbox that would split the missing ranges past their bound', () => {
    const odd = Array.from({ length: limits.missingRangesPerStream }, (_, index) => 2 * index + 2)
    const stream = inOrder(...odd)
    expect(stream.missing).toHaveLength(limits.missingRangesPerStream)
    expect(mayTake(stream, 1_000, 'x').take).toBe('later')
    expect(mayTake(stream, 2 * limits.missingRangesPerStream + 1, 'x').take).toBe('first')
    expect(mayTake(stream, 1, 'x').take).toBe('first')
  })

  it('tells no hole that its agent told already, and still takes the batch if it comes after all', () => {
    const stream = withLost(inOrder(1, 6), 2, 3, 9)
    expect(overdue(stream, { nowMs: 10, ended: true, afterMs: 100 })).toMatchObject([{ from: 4, to: 5 }])
    expect(mayTake(stream, 3, 'hash-3').take).toBe('first')
    const whole = withLost(newStream(0), 1, 4, 9)
    expect(overdue(whole, { nowMs: 10, ended: true, afterMs: 100 })).toEqual([])
    expect(whole.highest).toBe(4)
  })

  it('tells a hole once: when its stream has ended, or after a time; and takes the batch when it comes after that', () => {
    const stream = inOrder(1, 4)
    expect(overdue(stream, { nowMs: 10, ended: false, afterMs: 100 })).toEqual([])
    expect(overdue(stream, { nowMs: 10, ended: true, afterMs: 100 })).toMatchObject([{ from: 2, to: 3 }])
    const due = overdue(stream, { nowMs: 1_000, ended: false, afterMs: 100 })
    const told = withTold(stream, due)
    expect(overdue(told, { nowMs: 2_000, ended: true, afterMs: 100 })).toEqual([])
    expect(mayTake(told, 3, 'hash-3').take).toBe('first')
  })
})
