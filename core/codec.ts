/** Bytes at rest: UTF-8 in zstd, with the size checked while it is unpacked and not after. */
import { createHash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

export function pack(text: string): Uint8Array {
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
}

/** Throws when the bytes are no zstd, are damaged, or unpack to more than `maxBytes`. */
export function unpack(bytes: Uint8Array, maxBytes: number): string {
  return zstdDecompressSync(bytes, { maxOutputLength: maxBytes }).toString('utf8')
}

/** First 16 hex digits of sha256: names a batch by its bytes. */
export function sha16(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
