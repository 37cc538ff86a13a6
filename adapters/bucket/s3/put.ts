/**
 * A put, under a condition or none. What the answers mean
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html):
 *
 *     200        written
 *     412        lost: it is there (if-absent), or is another (if-matches)
 *     404        lost: it is gone (if-matches)
 *     409        somebody writes it just now, nothing was written: if-absent tries again, if-matches is lost
 *     5xx, none  unknown: it may stand. MinIO answers 503 to whom it made wait
 *     other 4xx  refused, nothing was written
 */
import { PutObjectCommand, type PutObjectCommandOutput } from '@aws-sdk/client-s3'
import { contentTypeOf } from '../../../core/content-type.ts'
import { BucketError, type PutCondition, type PutResult } from '../port.ts'
import { failureOf, toldBy } from './failure.ts'
import type { Place } from './place.ts'
import { pause, repeatedly } from './retry.ts'
import { type Answer, sendOnce } from './send.ts'

const conflictTries = 5

export interface PutRequest {
  key: string
  body: Uint8Array
  condition: PutCondition | undefined
}

export async function putObject(place: Place, request: PutRequest): Promise<PutResult> {
  const { key, condition } = request
  for (let attempt = 1; ; attempt++) {
    try {
      const put = () => putOnce(place, request)
      const { output, ...time } = condition ? await put() : await repeatedly(place, put)
      if (output.ETag !== undefined) return { outcome: 'written', etag: output.ETag, ...time }
      const message = `put ${key} in ${place.url}: the answer has no ETag: is this a store?`
      throw new BucketError(message, { operation: 'put', key, effect: 'unknown' })
    } catch (error) {
      const { code, status, storeAtMs } = toldBy(error)
      const lost = { outcome: 'lost' as const, ...(storeAtMs === undefined ? {} : { storeAtMs }) }
      if (condition && status === 412) return lost
      if (condition && 'ifMatches' in condition) {
        if (status === 409 || (status === 404 && code !== 'NoSuchBucket')) return lost
      } else if (condition && status === 409 && attempt < conflictTries) {
        await pause(place, attempt)
        continue
      }
      throw failureOf(error, { operation: 'put', key, place })
    }
  }
}

function putOnce(place: Place, { key, body, condition }: PutRequest): Promise<Answer<PutObjectCommandOutput>> {
  const { client, name, prefix, patience } = place
  const conditions =
    condition === undefined ? {} : 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatches }
  const command = new PutObjectCommand({
    Bucket: name,
    Key: `${prefix}${key}`,
    Body: body,
    ContentType: contentTypeOf(key),
    ...conditions,
  })
  return sendOnce<PutObjectCommandOutput>(client, command, { deadlineMs: patience.answerMs })
}
