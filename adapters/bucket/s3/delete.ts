import { DeleteObjectCommand, DeleteObjectsCommand, type DeleteObjectsCommandOutput } from '@aws-sdk/client-s3'
import { isKey } from '../key.ts'
import { BucketError } from '../port.ts'
import { failureOf, toldBy } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const keysTogether = 1_000

/** Keys that XML can't hold, and one alone, go by their address. */
export async function deleteObjects(place: Place, keys: readonly string[]): Promise<void> {
  const plain = keys.filter(isKey)
  const odd = keys.filter((key) => !isKey(key))
  const alone = plain.length === 1 ? [...plain, ...odd] : odd
  if (plain.length > 1) {
    for (let at = 0; at < plain.length; at += keysTogether) {
      await deleteTogether(place, plain.slice(at, at + keysTogether))
    }
  }
  for (const key of alone) await deleteOne(place, key)
}

async function deleteTogether(place: Place, keys: readonly string[]): Promise<void> {
  const { client, name, prefix, patience, url } = place
  const [first = ''] = keys
  const remove = () => {
    const command = new DeleteObjectsCommand({
      Bucket: name,
      Delete: { Objects: keys.map((key) => ({ Key: `${prefix}${key}` })), Quiet: true },
    })
    return sendOnce<DeleteObjectsCommandOutput>(client, command, { deadlineMs: patience.answerMs })
  }
  try {
    const { output } = await repeatedly(place, remove)
    const failed = (output.Errors ?? []).filter(({ Code }) => Code !== 'NoSuchKey')
    const [one] = failed
    if (!one) return
    const message = `delete ${failed.length} of ${keys.length} keys in ${url}: ${one.Key}: ${one.Code}: ${one.Message}`
    throw new BucketError(message, {
      operation: 'delete',
      key: one.Key?.slice(prefix.length) ?? first,
      effect: 'unknown',
    })
  } catch (error) {
    throw failureOf(error, { operation: 'delete', key: first, place })
  }
}

async function deleteOne(place: Place, key: string): Promise<void> {
  const { client, name, prefix, patience } = place
  const remove = () =>
    sendOnce(client, new DeleteObjectCommand({ Bucket: name, Key: `${prefix}${key}` }), {
      deadlineMs: patience.answerMs,
    })
  try {
    await repeatedly(place, remove)
  } catch (error) {
    const { code, status } = toldBy(error)
    if (status === 404 && code !== 'NoSuchBucket') return
    throw failureOf(error, { operation: 'delete', key, place })
  }
}
