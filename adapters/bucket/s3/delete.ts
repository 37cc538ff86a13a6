import { createHash } from 'node:crypto'
import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { BucketError } from '../port.ts'
import { failureOf, misfit } from './failure.ts'
import type { Place } from './place.ts'
import { repeatedly } from './retry.ts'
import { sendOnce } from './send.ts'
import { toldBy } from './told.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const keysTogether = 1_000

/** XML holds it as it is. */
const plainPattern = /^[!-~](?:[ -~]*[!-~])?$/

/** Keys that XML can't hold, and one alone, go by their address. */
export async function deleteObjects(place: Place, keys: readonly string[]): Promise<void> {
  const all = [...new Set(keys)]
  const plain = all.filter((key) => plainPattern.test(key))
  const odd = all.filter((key) => !plainPattern.test(key))
  for (let at = 0; at < plain.length; at += keysTogether) await deleteSome(place, plain.slice(at, at + keysTogether))
  for (const key of odd) await deleteOne(place, key)
}

async function deleteSome(place: Place, keys: readonly string[]): Promise<void> {
  const [first = ''] = keys
  if (keys.length === 1) return deleteOne(place, first)
  try {
    await deleteTogether(place, keys)
  } catch (error) {
    if (toldBy(error).code !== 'NotImplemented') throw failureOf(error, { operation: 'delete', key: first, place })
    // Some stores know only this.
    for (const key of keys) await deleteOne(place, key)
  }
}

async function deleteTogether(place: Place, keys: readonly string[]): Promise<void> {
  const { name, prefix, url } = place
  const remove = () => {
    const command = new DeleteObjectsCommand({
      Bucket: name,
      Delete: { Objects: keys.map((key) => ({ Key: `${prefix}${key}` })) },
    })
    if (place.endpoint !== undefined) signBodyByMd5(command)
    return sendOnce(place, command, ({ Deleted = [], Errors = [] }) => ({ deleted: Deleted.length, errors: Errors }))
  }
  const { deleted, errors } = (await repeatedly(place, remove)).result
  const failed = errors.filter(({ Code }) => Code !== 'NoSuchKey')
  const [one] = failed
  if (one) {
    const key = (one.Key ?? '').slice(prefix.length)
    const message = `delete ${key} in ${url}, and ${failed.length - 1} more of ${keys.length}: ${one.Code}: ${one.Message}`
    throw new BucketError(message, {
      operation: 'delete',
      key,
      effect: failed.length < keys.length ? 'unknown' : 'none',
    })
  }
  // A web page that happens to be XML reads like a list without errors.
  if (deleted + errors.length < keys.length) {
    const problem = `the answer tells of ${deleted} of ${keys.length} keys`
    throw misfit(problem, { operation: 'delete', key: keys[0] ?? '', place })
  }
}

async function deleteOne(place: Place, key: string): Promise<void> {
  const { name, prefix } = place
  try {
    const command = () => new DeleteObjectCommand({ Bucket: name, Key: `${prefix}${key}` })
    await repeatedly(place, () => sendOnce(place, command(), () => undefined))
  } catch (error) {
    if (toldBy(error).code === 'NoSuchKey') return
    throw failureOf(error, { operation: 'delete', key, place })
  }
}

/**
 * Stores that are not AWS may know no other checksum, and demand one here.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/MD5_FALLBACK.md
 */
function signBodyByMd5({ middlewareStack }: DeleteObjectsCommand): void {
  middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: string | Uint8Array }
      for (const name of Object.keys(headers)) {
        if (/^x-amz-(?:sdk-checksum-algorithm|checksum-)/i.test(name)) delete headers[name]
      }
      headers['content-md5'] = createHash('md5').update(body).digest('base64')
      return next(args)
    },
    { step: 'build', priority: 'low', name: 'signBodyByMd5' },
  )
}
