/** Changes one object so that two who do it at the same time both end up in it. */
import { type Bucket, BucketError, type StoredObject } from '../../adapters/bucket/port.ts'
import { NewerVersionError } from '../../core/newer-version.ts'

/** An object of ours that can't be read, since it is damaged or of a newer version: what was in it is not guessed. */
export class UnreadableObjectError extends Error {
  readonly key: string
  readonly isNewer: boolean

  constructor(key: string, cause: unknown) {
    const isNewer = cause instanceof NewerVersionError
    super(`${key}${isNewer ? '' : ' is damaged'}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'UnreadableObjectError'
    this.key = key
    this.isNewer = isNewer
  }
}

/** Each lost round means that somebody else got one further. */
const tries = 10

/**
 * `next` makes the new body from the current one, or `undefined`: nothing to do. It is asked again, with what is there
 * then, when somebody else was first or the answer was lost; so it must give the same for the same, and nothing once its
 * change is in. Whatever else `next` reads is read after the object that it replaces: a put that holds is never older than
 * what it replaces.
 */
export async function replaceObject(
  bucket: Bucket,
  key: string,
  next: (current: StoredObject | undefined) => Promise<Uint8Array | undefined>,
): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const current = await bucket.get(key)
    const body = await next(current)
    if (!body || (current && Buffer.compare(current.body, body) === 0)) return
    try {
      const condition = current ? { ifMatches: current.etag } : { ifAbsent: true as const }
      const { outcome } = await bucket.put(key, body, condition)
      if (outcome === 'written') return
    } catch (error) {
      if (!(error instanceof BucketError) || error.effect === 'none') throw error
    }
  }
  throw new Error(`rollup: ${key} was neither written nor found written in ${tries} tries; the next run goes on`)
}
