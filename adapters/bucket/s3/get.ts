import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { BucketError, type StoredObject } from '../port.ts'
import { failureOf, misfit } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'
import { toldBy } from './told.ts'

export async function getObject(place: Place, key: string, maxBytes: number): Promise<StoredObject | undefined> {
  const { name, prefix } = place
  const context = { operation: 'get' as const, key, place }
  const read = async ({ Body: stream, ContentLength: sizeBytes, ETag: etag }: GetObjectCommandOutput) => {
    if (!stream || etag === undefined) throw misfit('the answer has no ETag', context)
    if (sizeBytes !== undefined && sizeBytes > maxBytes) throw tooLarge(sizeBytes)
    return { body: await readBody(stream as AsyncIterable<Uint8Array>), etag }
  }
  const readBody = async (stream: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of stream) {
      bytes += part.byteLength
      if (bytes > maxBytes) throw tooLarge(bytes)
      parts.push(part)
    }
    return Buffer.concat(parts, bytes)
  }
  const tooLarge = (bytes: number) => {
    const message = `get ${key} in ${place.url}: ${bytes} bytes, expected at most ${maxBytes}`
    return new BucketError(message, { operation: 'get', key, effect: 'none' })
  }
  try {
    const command = () => new GetObjectCommand({ Bucket: name, Key: `${prefix}${key}` })
    return (await repeatedly(place, () => sendOnce(place, command(), read))).result
  } catch (error) {
    // A 404 that does not name the key may be anybody's; a state that seems to be gone would be started anew.
    if (toldBy(error).code === 'NoSuchKey') return undefined
    throw failureOf(error, context)
  }
}
