import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { isKey } from '../key.ts'
import { BucketError, type ListedObject, type Listing, listPageSize } from '../port.ts'
import { failureOf, isUnreadable, toldBy } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'

export interface ListRequest {
  prefix: string
  startAfter: string
  limit: number
}

/**
 * Whoever may put may choose keys that XML can't hold, or changes as it is read: a page with such keys is asked for again,
 * percent-encoded. Not from the beginning, since LocalStack then compares `startAfter` with encoded keys.
 */
export async function listPage(place: Place, request: ListRequest): Promise<Listing> {
  try {
    const listing = await askPage(place, request, 'plain').catch((error: unknown) => {
      if (!isUnreadable(toldBy(error))) throw error
      return undefined
    })
    const isExact = listing?.objects.every(({ key }) => isKey(key)) === true
    return isExact ? listing : await askPage(place, request, 'encoded')
  } catch (error) {
    throw failureOf(error, { operation: 'list', key: request.prefix, place })
  }
}

async function askPage(
  place: Place,
  { prefix, startAfter, limit }: ListRequest,
  keys: 'plain' | 'encoded',
): Promise<Listing> {
  const { client, name, prefix: base, patience } = place
  const { output } = await repeatedly(place, () => {
    const command = new ListObjectsV2Command({
      Bucket: name,
      Prefix: `${base}${prefix}`,
      MaxKeys: Math.min(limit, listPageSize),
      ...(keys === 'encoded' ? { EncodingType: 'url' } : {}),
      ...(startAfter === '' ? {} : { StartAfter: `${base}${startAfter}` }),
    })
    return sendOnce<ListObjectsV2CommandOutput>(client, command, { deadlineMs: patience.answerMs })
  })
  const objects = (output.Contents ?? []).map(({ Key = '', Size }): ListedObject => {
    const key = output.EncodingType === 'url' ? decode(Key) : Key
    if (Size === undefined || !key.startsWith(base)) throw damaged(place, prefix, `an entry ${Key} of ${Size} bytes`)
    return { key: key.slice(base.length), sizeBytes: Size }
  })
  return { objects, more: output.IsTruncated === true }
}

/** A space may come as `+`. */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function damaged({ url, prefix: base }: Place, prefix: string, found: string): BucketError {
  const message = `list ${prefix} in ${url}: ${found}: expected keys below ${JSON.stringify(base)} with their sizes`
  return new BucketError(message, { operation: 'list', key: prefix, effect: 'none' })
}
