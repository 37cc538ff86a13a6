/** Bytes at rest: in zstd with a checksum, with the size checked while they are unpacked and not after. */
import { createHash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'

/** A text is packed as UTF-8. */
export function pack(content: string | Uint8Array): Uint8Array {
  return zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
}

/** Throws when the bytes are no zstd, are damaged, or unpack to more than `maxBytes`. */
export function unpack(bytes: Uint8Array, maxBytes: number): string {
  return zstdDecompressSync(bytes, { maxOutputLength: maxBytes }).toString('utf8')
}

/** What it is given at once, where the packet does not say how much it holds. */
const chunkBytes = 1_048_576
const leastChunkBytes = 64

/** Up to this, packed, going to a thread and coming back takes longer than unpacking: 0.2 to 0.5 ms against 0.03 to 0.1. */
const soonUnpackedBytes = 32 * 1024

/** Like `unpack`; what is large on a thread beside this one. */
export async function unpackBytes(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const told = bytesTold(bytes) ?? chunkBytes
  // In one piece, and with room for a byte more, there is nothing to put together: that took as long as unpacking.
  const chunkSize = Math.max(leastChunkBytes, Math.min(told, maxBytes) + 1)
  const options = { maxOutputLength: maxBytes, chunkSize }
  if (bytes.byteLength <= soonUnpackedBytes) return zstdDecompressSync(bytes, options)
  return new Promise((resolve, reject) => {
    zstdDecompress(bytes, options, (error, unpacked) => (error ? reject(error) : resolve(unpacked)))
  })
}

const frameMark = 0xfd2fb528
const frameHeadMaxBytes = 18

/** What a frame's head says it unpacks to; absent: it does not say. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1 */
function bytesTold(packed: Uint8Array): number | undefined {
  if (packed.length < frameHeadMaxBytes) return undefined
  const head = new DataView(packed.buffer, packed.byteOffset, frameHeadMaxBytes)
  if (head.getUint32(0, true) !== frameMark) return undefined
  const descriptor = head.getUint8(4)
  const isSingle = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number
  const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? head.getUint8(at) : undefined
    case 1:
      return head.getUint16(at, true) + 256
    case 2:
      return head.getUint32(at, true)
    default:
      return Number(head.getBigUint64(at, true))
  }
}

/** First 16 hex digits of sha256: names a batch by its bytes. */
export function sha16(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
