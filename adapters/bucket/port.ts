/**
 * The bucket as the domain needs it. Keys are `/`-separated segments of `A-Za-z0-9._~=-`; bodies are bytes.
 *
 * Expected outcomes are values: a missing key, a lost condition. What throws is a `BucketError`: the store is away, full
 * or refuses us, and whether the operation took effect may be unknown (`outcome`).
 */
export interface Bucket {
  /** What it is, for messages: `file:///srv/vitals`, `s3://name/prefix`. */
  readonly url: string
  get(key: string, options?: { maxBytes?: number }): Promise<StoredObject | undefined>
  put(key: string, body: Uint8Array, condition?: PutCondition): Promise<PutResult>
  /** Ascending byte order of whole keys. `more`: a further page exists, though it may be empty; nothing is cut silently. */
  list(prefix: string, options?: { startAfter?: string; limit?: number }): Promise<Listing>
  /** A key that isn't there is no error. */
  delete(keys: readonly string[]): Promise<void>
  /** An address at which whoever has it reads the object, for some minutes. Absent: this store gives none. */
  presign?(key: string): Promise<string>
}

export interface StoredObject {
  body: Uint8Array
  etag: string
}

export type PutCondition = { ifAbsent: true } | { ifMatches: string }

/**
 * `lost`: the condition did not hold (somebody else was first, or the key is gone). Nothing was written.
 * `storeAtMs`: the store's own clock when it answered, as far as it tells (S3: the Date header, to the second).
 */
export type PutResult =
  | { outcome: 'written'; etag: string; storeAtMs?: number }
  | { outcome: 'lost'; storeAtMs?: number }

export interface ListedObject {
  key: string
  sizeBytes: number
  /** When it was last written, by the store's clock. Absent: the store doesn't say. */
  modifiedAtMs?: number
}

export interface Listing {
  objects: ListedObject[]
  more: boolean
}

export interface BucketErrorOptions {
  operation: 'get' | 'put' | 'list' | 'delete'
  key: string
  /** `unknown`: the answer was lost, the write may stand. Read back before trying again. */
  effect: 'none' | 'unknown'
  /** The store asks not to be asked before this has passed. */
  retryAfterMs?: number
  /** The store does not know such a request: a put under a condition, for one. */
  isUnknownRequest?: boolean
  cause?: unknown
}

export class BucketError extends Error {
  readonly operation: BucketErrorOptions['operation']
  readonly key: string
  readonly effect: BucketErrorOptions['effect']
  readonly retryAfterMs?: number
  readonly isUnknownRequest: boolean

  constructor(
    message: string,
    { operation, key, effect, retryAfterMs, isUnknownRequest = false, cause }: BucketErrorOptions,
  ) {
    super(message, { cause })
    this.name = 'BucketError'
    this.operation = operation
    this.key = key
    this.effect = effect
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
    this.isUnknownRequest = isUnknownRequest
  }
}

/** The largest page of `list`; what S3 gives. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listPageSize = 1_000
