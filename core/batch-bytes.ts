/**
 * A batch as bytes: NDJSON in zstd with a dictionary that every agent and every function carries, since five snapshots by
 * themselves say each name once and are over. In front stands a skippable frame (RFC 8878, 3.1.2) with the dictionary's
 * number; a batch without that frame was packed without a dictionary, and is read as well.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type Batch, encodeBatch, type ParsedBatch, parseBatch } from './batch.ts'
import { batchDictionary, batchDictionaryNumber } from './batch-dictionary.ts'
import { limits } from './limits.ts'

const skippableMagic = 0x184d2a50
const magicBytes = 4
const sizeBytes = 4
const frameBytes = magicBytes + sizeBytes + 1
/**
 * Numbers of some digits repeat by chance, and such a match costs more than the digits: from six characters on it pays. A
 * higher level takes ten times as long for 5 % less (`npm run bench -- wire`).
 */
const params = {
  [constants.ZSTD_c_compressionLevel]: 6,
  [constants.ZSTD_c_strategy]: constants.ZSTD_lazy2,
  [constants.ZSTD_c_searchLog]: 5,
  [constants.ZSTD_c_minMatch]: 6,
  [constants.ZSTD_c_checksumFlag]: 1,
}

export function packBatch(batch: Batch): Uint8Array {
  const frame = Buffer.alloc(frameBytes)
  frame.writeUInt32LE(skippableMagic, 0)
  frame.writeUInt32LE(1, magicBytes)
  frame.writeUInt8(batchDictionaryNumber, magicBytes + sizeBytes)
  return Buffer.concat([frame, zstdCompressSync(encodeBatch(batch), { params, dictionary: batchDictionary() })])
}

/** The batch in `bytes`, or what is wrong with it. One that takes a dictionary of later versions is newer, not damaged. */
export function unpackBatch(bytes: Uint8Array): ParsedBatch {
  const number = dictionaryNumber(bytes)
  if (number !== undefined && number > batchDictionaryNumber) {
    const reason = `packed with dictionary ${number}, this function has those up to ${batchDictionaryNumber}`
    return { ok: false, newer: true, reason }
  }
  try {
    return parseBatch(batchText(bytes))
  } catch (error) {
    const reason = `not zstd of at most ${limits.batchBytes} bytes: ${(error as Error).message}`
    return { ok: false, newer: false, reason: reason.slice(0, limits.reasonLength) }
  }
}

/** Five snapshots are some 30 kB: in one piece that takes two thirds of the time that it takes in pieces of 16 KiB. */
const chunkSize = 65_536

/** Its lines as they stand. Throws when the bytes are no zstd, are damaged, or unpack to more than a batch may. */
export function batchText(bytes: Uint8Array): string {
  const options = { maxOutputLength: limits.batchBytes, chunkSize }
  const packed =
    dictionaryNumber(bytes) === undefined
      ? zstdDecompressSync(bytes, options)
      : zstdDecompressSync(bytes.subarray(frameBytes), { ...options, dictionary: batchDictionary() })
  return packed.toString('utf8')
}

/** Undefined: packed without one. */
function dictionaryNumber(bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < frameBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, frameBytes)
  return view.getUint32(0, true) === skippableMagic && view.getUint32(magicBytes, true) === 1
    ? view.getUint8(magicBytes + sizeBytes)
    : undefined
}
