import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { BucketError, type ListedObject, type Listing, listPageSize } from '../port.ts'
import { failureOf } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'

export async function listPage(
  place: Place,
  { prefix, startAfter, limit }: { prefix: string; startAfter: string; limit: number },
): Promise<Listing> {
  const { client, name, prefix: base, patience } = place
  const list = () => {
    const command = new ListObjectsV2Command({
      Bucket: name,
      Prefix: `${base}${prefix}`,
      MaxKeys: Math.min(limit, listPageSize),
      // Whoever may put may choose keys that XML can't hold.
      EncodingType: 'url',
      ...(startAfter === '' ? {} : { StartAfter: `${base}${startAfter}` }),
    })
    return sendOnce<ListObjectsV2CommandOutput>(client, command, { deadlineMs: patience.answerMs })
  }
  try {
    const { output } = await repeatedly(place, list)
    const isEncoded = output.EncodingType === 'url'
    const objects = (output.Contents ?? []).map(({ Key, Size }): ListedObject => {
      const key = isEncoded ? decode(Key ?? '') : (Key ?? '')
      if (Size === undefined || !key.startsWith(base)) throw damaged(place, prefix, `an entry ${Key} of ${Size} bytes`)
      return { key: key.slice(base.length), sizeBytes: Size }
    })
    return { objects, more: output.IsTruncated === true }
  } catch (error) {
    throw failureOf(error, { operation: 'list', key: prefix, place })
  }
}

/** A space may come as `+`. */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function damaged({ url, prefix: base }: Place, prefix: string, found: string): BucketError {
  const message = `list ${prefix} in ${url}: ${found}: expected keys below ${JSON.stringify(base)} with their sizes`
  return new BucketError(message, { operation: 'list', key: prefix, effect: 'none' })
}
