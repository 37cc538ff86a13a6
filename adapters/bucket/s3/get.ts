import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { BucketError, type StoredObject } from '../port.ts'
import { failureOf, toldBy } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'

export async function getObject(place: Place, key: string, maxBytes: number): Promise<StoredObject | undefined> {
  try {
    return await repeatedly(place, () => readOnce(place, key, maxBytes))
  } catch (error) {
    const { code, status } = toldBy(error)
    // Some stores say only 404; a bucket that is missing is no missing key.
    if (status === 404 && code !== 'NoSuchBucket') return undefined
    throw failureOf(error, { operation: 'get', key, place })
  }
}

async function readOnce(place: Place, key: string, maxBytes: number): Promise<StoredObject> {
  const { client, name, prefix, patience } = place
  const command = new GetObjectCommand({ Bucket: name, Key: `${prefix}${key}` })
  const { output } = await sendOnce<GetObjectCommandOutput>(client, command, { deadlineMs: patience.answerMs })
  const { Body: stream, ContentLength: sizeBytes, ETag: etag } = output
  if (!stream || etag === undefined) throw refusal(place, key, 'the answer has no body or no ETag: is this a store?')
  const body = stream as AsyncIterable<Uint8Array> & { destroy?(): void }
  const giveUp = setTimeout(() => body.destroy?.(), patience.answerMs)
  try {
    if (sizeBytes !== undefined && sizeBytes > maxBytes) throw tooLarge(place, key, sizeBytes, maxBytes)
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of body) {
      bytes += part.byteLength
      if (bytes > maxBytes) throw tooLarge(place, key, bytes, maxBytes)
      parts.push(part)
    }
    return { body: Buffer.concat(parts), etag }
  } finally {
    clearTimeout(giveUp)
    body.destroy?.()
  }
}

function tooLarge(place: Place, key: string, bytes: number, maxBytes: number): BucketError {
  return refusal(place, key, `${bytes} bytes, expected at most ${maxBytes}`)
}

function refusal({ url }: Place, key: string, problem: string): BucketError {
  return new BucketError(`get ${key} in ${url}: ${problem}`, { operation: 'get', key, effect: 'none' })
}
