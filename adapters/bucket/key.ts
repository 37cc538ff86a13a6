/** What a key, a prefix and a page may look like: the same for every store, so that data can move between them. */
import { segmentMaxBytes } from '../../core/host-segment.ts'
import { BucketError, type BucketErrorOptions, listPageSize } from './port.ts'

/** S3's bound for key and prefix together. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const storedKeyMaxBytes = 1_024
/** What a bucket that is a part of another puts in front of each key. */
export const keyPrefixMaxBytes = 124
export const keyMaxBytes = storedKeyMaxBytes - keyPrefixMaxBytes

const segmentPattern = /^[A-Za-z0-9_~=-][A-Za-z0-9._~=-]*$/

type Operation = BucketErrorOptions['operation']

/** Throws a `BucketError` when `key` is none that every store can hold. */
export function checkKey(operation: Operation, key: string): void {
  const problem = keyProblem(key)
  if (problem) refuse(operation, key, problem)
}

/**
 * Whoever may write to a store may write keys that are none of ours. A store that lists them has to read and delete them
 * too, or they would lie there for ever.
 */
export function checkForeignKey(operation: Operation, key: string): void {
  const bytes = Buffer.byteLength(key)
  if (bytes < 1 || bytes > storedKeyMaxBytes) {
    refuse(operation, key, `${bytes} bytes: expected a key of 1 to ${storedKeyMaxBytes}`)
  }
}

/** A prefix is the beginning of a key, wherever it ends: ``, `inbox/v1/`, `inbox/v1/a`. */
export function checkList(prefix: string, limit: number): void {
  const problem = prefixProblem(prefix)
  if (problem) refuse('list', prefix, problem)
  if (!Number.isSafeInteger(limit) || limit < 1) {
    refuse('list', prefix, `limit ${limit}: expected 1 to ${listPageSize}`)
  }
}

export function isKey(text: string): boolean {
  return keyProblem(text) === undefined
}

function keyProblem(key: string): string | undefined {
  if (key.length > keyMaxBytes) return `${key.length} bytes: expected a key of at most ${keyMaxBytes}`
  for (const segment of key.split('/')) {
    const problem = segmentProblem(segment)
    if (problem) return problem
  }
  return undefined
}

function prefixProblem(prefix: string): string | undefined {
  const lastSegment = prefix.slice(prefix.lastIndexOf('/') + 1)
  return keyProblem(lastSegment === '' ? `${prefix}x` : prefix)
}

function segmentProblem(segment: string): string | undefined {
  if (!segmentPattern.test(segment)) {
    const expected = "expected segments of A-Z a-z 0-9 . _ ~ = -, parted by '/', none empty and none with a leading dot"
    return `segment ${JSON.stringify(segment)}: ${expected}`
  }
  if (segment.length > segmentMaxBytes) {
    return `a segment of ${segment.length} bytes: expected at most ${segmentMaxBytes}`
  }
  return undefined
}

function refuse(operation: Operation, key: string, problem: string): never {
  throw new BucketError(`${operation} ${JSON.stringify(key)}: ${problem}`, { operation, key, effect: 'none' })
}
