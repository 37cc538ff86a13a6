import { describe, expect, it } from 'vitest'
import { afterSealing, encodeGaps, type Gaps, lossOf, parseGaps, withGap } from '../../../../agent/spool/gaps.ts'
import type { AgentGap } from '../../../../core/batch.ts'

const stream = 'a'.repeat(16)

function gap(fromSeq: number, { toSeq = fromSeq, reason = 'the spool was full', of = stream } = {}): AgentGap {
  const lost = { stream: of, fromSeq, toSeq }
  return { kind: 'gap', fromMs: fromSeq * 10, toMs: toSeq * 10, snapshots: toSeq - fromSeq + 1, reason, lost }
}

describe('withGap', () => {
  it('makes one gap of batches that follow each other, in either direction', () => {
    const all = [gap(2), gap(3), gap(1)].reduce<Gaps>(withGap, { pending: [] })
    expect(all.pending).toEqual([gap(1, { toSeq: 3 })])
  })

  it.each([
    ['a batch between them is not lost', gap(3)],
    ['the reason is another', gap(2, { reason: 'waited too long' })],
    ['the stream is another', gap(2, { of: 'b'.repeat(16) })],
  ])('keeps two gaps when %s', (_, other) => {
    expect(withGap({ pending: [gap(1)] }, other).pending).toEqual([gap(1), other])
  })

  it('leaves alone what is in the batch that is being made', () => {
    const sealing = { stream, seq: 9, told: 1 }
    const gaps = withGap({ pending: [gap(1)], sealing }, gap(2))
    expect(gaps).toEqual({ pending: [gap(1), gap(2)], sealing })
    expect(afterSealing(gaps)).toEqual({ pending: [gap(2)] })
  })
})

describe('lossOf', () => {
  it.each([
    [1, false],
    [2, true],
    [4, true],
    [5, false],
  ])('knows whether batch %d is among 2 to 4', (seq, isLost) => {
    expect(lossOf([gap(2, { toSeq: 4 })], { stream, seq }) !== undefined).toBe(isLost)
    expect(lossOf([gap(2, { toSeq: 4 })], { stream: 'b'.repeat(16), seq })).toBeUndefined()
  })
})

describe('the file of gaps', () => {
  it('is read as it was written', () => {
    const gaps: Gaps = { pending: [gap(1), gap(7)], sealing: { stream, seq: 9, told: 2 } }
    expect(parseGaps(encodeGaps(gaps))).toEqual(gaps)
  })

  it.each(['', '[]', '{"pending":[{"kind":"gap"}]}', '{"pending":[]'])('%j is refused', (text) => {
    expect(() => parseGaps(Buffer.from(text))).toThrow()
  })
})
