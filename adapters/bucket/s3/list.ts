import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { isKey } from '../key.ts'
import { type ListedObject, type Listing, listPageSize } from '../port.ts'
import { failureOf, misfit } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'
import { isUnreadable, toldBy } from './told.ts'

export interface ListRequest {
  prefix: string
  startAfter: string
  limit: number
}

type Keys = 'plain' | 'encoded'

/**
 * Whoever may put may choose keys that XML can't hold, or changes as it is read: a page with such keys is asked for again,
 * percent-encoded. Not from the beginning, since LocalStack then compares `startAfter` with encoded keys.
 */
export async function listPage(place: Place, request: ListRequest): Promise<Listing> {
  try {
    const listing = await readPage(place, request, 'plain').catch((error: unknown) => {
      if (!isUnreadable(toldBy(error))) throw error
      return undefined
    })
    const isExact = listing?.objects.every(({ key }) => isKey(key)) === true
    return isExact ? listing : await readPage(place, request, 'encoded')
  } catch (error) {
    throw failureOf(error, { operation: 'list', key: request.prefix, place })
  }
}

/** A store may give a page with nothing on it and more to come: who goes on after the last key would not get on. */
async function readPage(place: Place, request: ListRequest, keys: Keys): Promise<Listing> {
  const misfitOf = (problem: string) => misfit(problem, { operation: 'list', key: request.prefix, place })
  for (let token: string | undefined; ; ) {
    const { result: output } = await repeatedly(place, () => askPage(place, request, { keys, token }))
    // A web page that happens to be XML reads like an empty one.
    if (output.IsTruncated === undefined) throw misfitOf('the answer is no listing')
    const objects = (output.Contents ?? []).map(({ Key = '', Size, LastModified }): ListedObject => {
      const key = output.EncodingType === 'url' ? decode(Key) : Key
      if (Size === undefined || !key?.startsWith(place.prefix)) throw misfitOf(`an entry ${Key} of ${Size} bytes`)
      return {
        key: key.slice(place.prefix.length),
        sizeBytes: Size,
        ...(LastModified && { modifiedAtMs: LastModified.getTime() }),
      }
    })
    const stray = firstOutOfOrder(objects, request.startAfter)
    if (stray !== undefined)
      throw misfitOf(`the listing after ${request.startAfter || 'nothing'} has ${stray} out of order`)
    if (objects.length > 0 || !output.IsTruncated) return { objects, more: output.IsTruncated }
    token = output.NextContinuationToken
    if (token === undefined) throw misfitOf('an empty page, and no way on')
  }
}

function askPage(
  place: Place,
  { prefix, startAfter, limit }: ListRequest,
  { keys, token }: { keys: Keys; token: string | undefined },
): Promise<{ result: ListObjectsV2CommandOutput }> {
  const { name, prefix: base } = place
  const command = new ListObjectsV2Command({
    Bucket: name,
    Prefix: `${base}${prefix}`,
    MaxKeys: Math.min(limit, listPageSize),
    ...(keys === 'encoded' ? { EncodingType: 'url' } : {}),
    ...(startAfter === '' ? {} : { StartAfter: `${base}${startAfter}` }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
  })
  return sendOnce(place, command, (output) => output)
}

/** A space may come as `+`. Absent: it is no text. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** Who walks a bucket by `startAfter` would go in circles, or miss something. */
function firstOutOfOrder(objects: readonly ListedObject[], startAfter: string): string | undefined {
  let before = startAfter
  for (const { key } of objects) {
    if (before !== '' && !isBefore(before, key)) return key
    before = key
  }
  return undefined
}

/** In the order of bytes; that of strings differs beyond U+D7FF only. */
function isBefore(a: string, b: string): boolean {
  return a < b || (a !== b && Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0)
}
