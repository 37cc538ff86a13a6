import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchName, parseBatchName, parseSegmentName, segmentName } from '../../../../agent/spool/names.ts'

const hex16 = fc.stringMatching(/^[0-9a-f]{16}$/)
const whole = fc.nat({ max: 2 ** 31 })

describe('names of spool files', () => {
  it('give back what they were made of', () => {
    const parts = fc.record({
      stream: hex16,
      seq: fc.integer({ min: 1, max: 10 ** 12 - 1 }),
      sha16: hex16,
      fromMs: whole,
      toMs: whole,
      snapshots: whole,
    })
    fc.assert(
      fc.property(parts, whole, (batch, sizeBytes) => {
        const name = batchName(batch)
        expect(parseBatchName(name, sizeBytes)).toEqual({ name, ...batch, sizeBytes })
        expect(parseSegmentName(segmentName(batch.stream, batch.seq))).toEqual({ stream: batch.stream, seq: batch.seq })
      }),
    )
  })

  it.each([
    'gaps.json',
    'batch-.ndjson.zst',
    'batch-AAAAAAAAAAAAAAAA-000000000001-0123456789abcdef-1-1-1.ndjson.zst',
    'open-0123456789abcdef-1.ndjson',
    'open-0123456789abcdef-000000000001.ndjson\n',
    '../open-0123456789abcdef-000000000001.ndjson',
  ])('%j is neither a batch nor a segment', (name) => {
    expect(parseBatchName(name, 1)).toBeUndefined()
    expect(parseSegmentName(name)).toBeUndefined()
  })
})
