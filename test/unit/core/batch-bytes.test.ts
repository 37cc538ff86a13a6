import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../../../core/batch.ts'
import { batchText, packBatch, unpackBatch } from '../../../core/batch-bytes.ts'
import { batchDictionary } from '../../../core/batch-dictionary.ts'
import { pack, sha16 } from '../../../core/codec.ts'
import { limits } from '../../../core/limits.ts'
import { makeBatch, makeSnapshot, startMs } from '../../make.ts'

const batch = makeBatch({ records: [makeSnapshot(), makeSnapshot({ atMs: startMs + 1 })] })

/** The frame in front says which dictionary: its last byte. */
function packedWith(dictionaryNumber: number): Uint8Array {
  const bytes = Uint8Array.from(packBatch(batch))
  bytes[8] = dictionaryNumber
  return bytes
}

describe('a packed batch', () => {
  it('comes back as it was, whatever names stand in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), pid: fc.nat() })),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (top, cpuPercent) => {
          const sent = makeBatch({ records: [makeSnapshot({ cpuPercent: cpuPercent + 0, processes: { top } })] })
          expect(batchText(packBatch(sent))).toBe(encodeBatch(sent))
          expect(unpackBatch(packBatch(sent))).toEqual({ ok: true, batch: sent })
        },
      ),
    )
  })

  it('has the same bytes each time, so that they can name it', () => {
    expect(packBatch(batch)).toEqual(packBatch(batch))
  })

  it('is smaller than without the dictionary', () => {
    expect(packBatch(batch).byteLength).toBeLessThan(pack(encodeBatch(batch)).byteLength * 0.8)
  })

  it('is one that any zstd opens which is given the dictionary, since the frame in front is one to skip', () => {
    expect(Buffer.from(packBatch(batch).subarray(0, 9)).toString('hex')).toBe('502a4d180100000001')
  })
})

describe('the dictionary', () => {
  it('is the one that agents in the field pack with: a change of one byte would make their batches unreadable', () => {
    expect(sha16(batchDictionary())).toBe('85804b12515e72c8')
  })
})

describe('unpacking a batch', () => {
  it('takes one that was packed without a dictionary', () => {
    expect(unpackBatch(pack(encodeBatch(batch)))).toEqual({ ok: true, batch })
  })

  it('leaves one alone whose dictionary a newer version has', () => {
    expect(unpackBatch(packedWith(2))).toEqual({
      ok: false,
      newer: true,
      reason: 'packed with dictionary 2, this function has those up to 1',
    })
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['the frame alone', packBatch(batch).subarray(0, 9)],
    ['half of it', packBatch(batch).subarray(0, 60)],
    ['the end of it missing', packBatch(batch).subarray(0, -1)],
    ['plain text', Buffer.from(encodeBatch(batch))],
    ['another dictionary under this number', zstdWith(batchDictionary().toReversed())],
    ['a bomb', pack('\0'.repeat(limits.batchBytes + 1))],
  ])('refuses %s, and says what was expected', (_, bytes) => {
    expect(unpackBatch(bytes)).toEqual({
      ok: false,
      newer: false,
      reason: expect.stringContaining(`not zstd of at most ${limits.batchBytes} bytes: `),
    })
  })

  it('never takes a damaged one for another', () => {
    const packed = packBatch(batch)
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const damaged = Uint8Array.from(packed)
        damaged[index] = (damaged[index] ?? 0) ^ change
        const unpacked = unpackBatch(damaged)
        if (unpacked.ok) expect(unpacked.batch).toEqual(batch)
      }),
    )
  })
})

function zstdWith(dictionary: Uint8Array): Uint8Array {
  const frame = packBatch(batch).subarray(0, 9)
  const params = { [constants.ZSTD_c_checksumFlag]: 1 }
  return Buffer.concat([frame, zstdCompressSync(encodeBatch(batch), { params, dictionary })])
}
