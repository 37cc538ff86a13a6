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
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { contentTypeOf } from '../../../core/content-type.ts'
import type { PutCondition, PutResult } from '../port.ts'
import { failureOf, misfit } from './failure.ts'
import type { Place } from './place.ts'
import { pause, repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'
import { isConflict, type Told, toldBy } from './told.ts'

const conflictTries = 5

export interface PutRequest {
  key: string
  body: Uint8Array
  condition: PutCondition | undefined
}

export async function putObject(place: Place, request: PutRequest): Promise<PutResult> {
  const { key, condition } = request
  const context = { operation: 'put' as const, key, place }
  for (let attempt = 1; ; attempt++) {
    try {
      const put = () => putOnce(place, request)
      const { result: etag, ...time } = condition ? await put() : await repeatedly(place, put)
      if (etag === undefined) throw misfit('the answer has no ETag', context)
      return { outcome: 'written', etag, ...time }
    } catch (error) {
      const told = toldBy(error)
      const { storeAtMs } = told.wire
      if (isLost(told, condition)) return { outcome: 'lost', ...(storeAtMs === undefined ? {} : { storeAtMs }) }
      if (!condition || !isConflict(told) || attempt === conflictTries) throw failureOf(error, context)
      await pause(place, attempt)
    }
  }
}

function isLost(told: Told, condition: PutCondition | undefined): boolean {
  if (!condition) return false
  if (told.wire.status === 412) return true
  return 'ifMatches' in condition && (told.code === 'NoSuchKey' || isConflict(told))
}

function putOnce(place: Place, { key, body, condition }: PutRequest) {
  const { name, prefix } = place
  const conditions =
    condition === undefined ? {} : 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatches }
  const command = new PutObjectCommand({
    Bucket: name,
    Key: `${prefix}${key}`,
    Body: body,
    ContentType: contentTypeOf(key),
    ...conditions,
  })
  return sendOnce(place, command, ({ ETag }) => ETag)
}
