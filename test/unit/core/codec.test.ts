import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { createZstdCompress } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack, sha16, unpack, unpackBytes } from '../../../core/codec.ts'

describe('packing', () => {
  it('gives back any text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 10_000 }))
    fc.assert(
      fc.property(
        text.filter((value) => value.isWellFormed()),
        (value) => {
          expect(unpack(pack(value), 1024 * 1024)).toBe(value)
        },
      ),
    )
  })

  it('gives the same bytes for the same text, so that they can name it', () => {
    const text = '{"kind":"batch"}\n'.repeat(1_000)
    expect(sha16(pack(text))).toBe(sha16(pack(text)))
    expect(pack(text).byteLength).toBeLessThan(text.length / 50)
  })
})

describe('unpacking', () => {
  const packed = pack('0123456789'.repeat(100))

  it.each([
    [1_000, true],
    [999, false],
  ])('of 1,000 bytes into %d: %s', (maxBytes, fits) => {
    const unpacking = () => unpack(packed, maxBytes)
    if (fits) expect(unpacking()).toHaveLength(1_000)
    else expect(unpacking).toThrow()
  })

  it('stops a bomb at the limit, not at its end', () => {
    const bomb = pack('\0'.repeat(200 * 1024 * 1024))
    expect(bomb.byteLength).toBeLessThan(32 * 1024)
    const before = process.memoryUsage().arrayBuffers
    expect(() => unpack(bomb, 1024 * 1024)).toThrow()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024)
  })

  it.each([1_000, 31 * 1024, 33 * 1024, 300_000])(
    'bytes, %d of them, here or on a thread: whole or not at all',
    async (length) => {
      const bytes = randomBytes(length)
      const packedBytes = pack(bytes)
      expect(bytes.equals(await unpackBytes(packedBytes, length))).toBe(true)
      await expect(unpackBytes(packedBytes, length - 1)).rejects.toThrow()
      await expect(unpackBytes(packedBytes.subarray(0, -5), length)).rejects.toThrow()
    },
  )

  it('refuses a packet with any one of its bytes changed', () => {
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const damaged = Uint8Array.from(packed)
        damaged[index] = (damaged[index] ?? 0) ^ change
        let text: string | undefined
        try {
          text = unpack(damaged, 100_000)
        } catch {
          return
        }
        // A bit of the header that no decoder reads may change; the text may not.
        expect(text).toBe('0123456789'.repeat(100))
      }),
    )
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['plain text', Buffer.from('{"kind":"batch"}')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a packet cut short', packed.subarray(0, packed.length - 5)],
  ])('refuses %s', (_, bytes) => {
    expect(() => unpack(bytes, 1_000)).toThrow()
  })
})

describe('the name of bytes', () => {
  it('is the beginning of their sha256', () => {
    expect(sha16(Buffer.from('abc'))).toBe('ba7816bf8f01cfea')
    expect(sha16(new Uint8Array())).toBe('e3b0c44298fc1c14')
  })
})

describe('unpacking beside this thread', () => {
  it('gives back any bytes, of whatever length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70_000 }), async (bytes) => {
        expect(Buffer.compare(await unpackBytes(pack(bytes), 70_000), bytes)).toBe(0)
      }),
      { numRuns: 50 },
    )
    for (const length of [0, 255, 256, 65_791, 65_792, 3_000_000]) {
      const unpacked = Buffer.from(await unpackBytes(pack(Buffer.alloc(length, 7)), 3_000_000))
      expect(unpacked.equals(Buffer.alloc(length, 7))).toBe(true)
    }
  })

  it('gives what a packet holds, whatever its head says of its size or says nothing', async () => {
    const content = Buffer.from('0123456789'.repeat(100))
    const silent = createZstdCompress()
    silent.write(content.subarray(0, 500))
    silent.end(content.subarray(500))
    expect(await unpackBytes(await buffer(silent), 10_000)).toEqual(content)
  })

  it('stops at the limit a packet that holds more, and one that says so', async () => {
    const bomb = pack(Buffer.alloc(200 * 1024 * 1024))
    await expect(unpackBytes(bomb, 1024 * 1024)).rejects.toThrow()
    const boasting = Uint8Array.from(bomb)
    boasting.fill(0xff, 6, 10)
    await expect(unpackBytes(boasting, 1024 * 1024)).rejects.toThrow()
  })

  it('refuses a packet that ends too early', async () => {
    const packed = pack('0123456789'.repeat(100))
    for (let length = 1; length < packed.length; length++) {
      await expect(unpackBytes(packed.subarray(0, length), 10_000)).rejects.toThrow()
    }
  })
})
