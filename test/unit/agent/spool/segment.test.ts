import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLines, gapInside, parseSegment } from '../../../../agent/spool/segment.ts'
import type { BatchRecord } from '../../../../core/batch.ts'
import { makeSnapshot, startMs } from '../../../make.ts'

const one = makeSnapshot({ atMs: startMs })
const two = makeSnapshot({ atMs: startMs + 1_000 })
const goodbye: BatchRecord = { kind: 'goodbye', observedAtMs: startMs + 2_000 }

describe('a segment', () => {
  it('is read as it was written', () => {
    const records = [one, two, goodbye]
    expect(parseSegment(encodeLines(records))).toEqual({ records, tornBytes: 0, damagedLines: 0 })
  })

  it('gives every whole line before one that was not written to its end', () => {
    const bytes = encodeLines([one, two])
    const cut = bytes.subarray(0, bytes.byteLength - 5)
    const torn = cut.byteLength - encodeLines([one]).byteLength
    expect(parseSegment(cut)).toEqual({ records: [one], tornBytes: torn, damagedLines: 0 })
  })

  it.each([
    ['no JSON', '{"kind":"snaps\n'],
    ['zeros, as a power cut leaves them', '\0\0\0\0\n'],
    ['no record', '{"kind":"snapshot","observedAtMs":"yesterday"}\n'],
    ['of another kind', '{"kind":"surprise"}\n'],
    ['empty', '\n'],
  ])('loses a line that is %s, and no other', (_, line) => {
    const bytes = Buffer.concat([encodeLines([one]), Buffer.from(line), encodeLines([two])])
    expect(parseSegment(bytes)).toEqual({ records: [one, two], tornBytes: 0, damagedLines: 1 })
  })
})

describe('a line of a segment', () => {
  it('is the CRC-32 of its JSON, as everybody computes it, and the JSON', () => {
    const line = Buffer.from(encodeLines([{ kind: 'goodbye', observedAtMs: 123_456_789 }])).toString()
    // python3 -c 'import zlib; print("%08x" % zlib.crc32(b\'{"kind":"goodbye","observedAtMs":123456789}\'))'
    expect(line).toBe('85364481 {"kind":"goodbye","observedAtMs":123456789}\n')
  })

  it('is refused when any one bit of it is turned over, also one that leaves it good JSON', () => {
    const line = encodeLines([two])
    fc.assert(
      fc.property(fc.nat({ max: 8 * line.byteLength - 1 }), (bit) => {
        const bytes = Buffer.concat([encodeLines([one]), line, encodeLines([goodbye])])
        const at = encodeLines([one]).byteLength + (bit >> 3)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
        const { records, damagedLines, tornBytes } = parseSegment(bytes)
        // A turned line end joins the line with the next, which is lost with it; one within makes two of it.
        expect([[one, goodbye], [one]]).toContainEqual(records)
        expect(damagedLines).toBeGreaterThanOrEqual(1)
        expect(tornBytes).toBe(0)
      }),
    )
  })

  it('is taken without its CRC from an agent before there were any', () => {
    const lines = Buffer.from(`${JSON.stringify(one)}\n`)
    expect(parseSegment(Buffer.concat([lines, encodeLines([two])])).records).toEqual([one, two])
  })
})

describe('the gap inside a damaged segment', () => {
  it('lasts from the first to the last line that can be read', () => {
    const gap = gapInside({ records: [one, two], tornBytes: 0, damagedLines: 3 }, startMs + 99_000)
    expect(gap).toMatchObject({ kind: 'gap', fromMs: startMs, toMs: startMs + 1_000, snapshots: 3 })
  })

  it('is told as of now when no line can be read', () => {
    expect(gapInside({ records: [], tornBytes: 0, damagedLines: 1 }, 5.5)).toMatchObject({ fromMs: 5, toMs: 5 })
  })
})
