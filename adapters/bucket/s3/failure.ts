/** What a store, the network or the SDK said, as a `BucketError` that tells the operator what to do. */
import { BucketError, type BucketErrorOptions } from '../port.ts'
import type { Place } from './place.ts'
import { RequestFailure } from './send.ts'

/** As the SDK throws it. */
interface Thrown {
  name?: string
  message?: string
  code?: string
  Code?: string
  Region?: string
  Endpoint?: string
  errors?: Thrown[]
  $metadata?: { httpStatusCode?: number }
  $response?: { headers?: Record<string, string> }
}

export interface Told {
  /** The store's word for it, or the SDK's, or the network's: `NoSuchBucket`, `ECONNREFUSED`. */
  code: string
  /** Absent: there was no answer. */
  status?: number
  thrown: Thrown
  storeAtMs?: number
}

export function toldBy(failure: unknown): Told {
  const thrown = ((failure instanceof RequestFailure ? failure.cause : failure) ?? {}) as Thrown
  const storeAtMs = failure instanceof RequestFailure ? failure.storeAtMs : undefined
  const [first] = thrown.errors ?? []
  const status = thrown.$metadata?.httpStatusCode
  const said = [thrown.Code, thrown.code ?? first?.code, thrown.name].find(
    (word) => word !== undefined && word !== 'Error',
  )
  return {
    code: said ?? 'Error',
    ...(status === undefined ? {} : { status }),
    thrown,
    ...(storeAtMs === undefined ? {} : { storeAtMs }),
  }
}

/** Before anything reached the store. */
const neverSent = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EndpointError',
  'ERR_INVALID_URL',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Did it take effect? `unknown`: the answer was lost, or does not say. */
export function effectOf({ code, status, thrown }: Told): BucketErrorOptions['effect'] {
  if (status !== undefined && status >= 400 && status < 500) return 'none'
  if (status === undefined && (neverSent.has(code) || isUnconnected(thrown) || isUnset(thrown))) return 'none'
  return 'unknown'
}

/** May the same request do better a little later? */
export function isPassing(told: Told): boolean {
  const { code, status } = told
  if (status !== undefined) return status >= 500 || status === 429 || code === 'RequestTimeTooSkewed'
  return effectOf(told) === 'unknown' || ['ECONNREFUSED', 'EAI_AGAIN'].includes(code)
}

/** An answer that the SDK could not make sense of. */
export function isUnreadable({ thrown: { message = '' } }: Told): boolean {
  return /deserialization error|unclosed|char '/i.test(message)
}

function isUnconnected({ name, message = '' }: Thrown): boolean {
  return name === 'TimeoutError' && message.includes('establish')
}

function isUnset({ message = '' }: Thrown): boolean {
  return message.startsWith('Region is missing')
}

export interface FailureContext {
  operation: BucketErrorOptions['operation']
  key: string
  place: Place
}

export function failureOf(failure: unknown, { operation, key, place }: FailureContext): BucketError {
  if (failure instanceof BucketError) return failure
  const told = toldBy(failure)
  const effect = operation === 'put' || operation === 'delete' ? effectOf(told) : 'none'
  const message = `${operation} ${key} in ${place.url}: ${reasonOf(told, operation, place)}`
  return new BucketError(message, { operation, key, effect, cause: told.thrown })
}

const rights: Record<BucketErrorOptions['operation'], string> = {
  get: 's3:GetObject on it, and s3:ListBucket on the bucket',
  put: 's3:PutObject on it',
  list: 's3:ListBucket on the bucket',
  delete: 's3:DeleteObject on it',
}

/** What happened, and what to do about it. */
function reasonOf(told: Told, operation: BucketErrorOptions['operation'], place: Place): string {
  const { code, status, thrown } = told
  const said = oneLine(thrown.message ?? '')
  const remedy = remedyOf(told, operation, place)
  const what = [code, status === undefined ? undefined : `(${status})`].filter((part) => part !== undefined).join(' ')
  const words = remedy ?? said
  return words === '' || words === code ? what : `${what}: ${words}`
}

function remedyOf(
  told: Told,
  operation: BucketErrorOptions['operation'],
  { name, clock, patience }: Place,
): string | undefined {
  const { code, status, thrown, storeAtMs } = told
  const region = thrown.Region ?? thrown.$response?.headers?.['x-amz-bucket-region']
  switch (code) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return 'there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine a role'
    case 'InvalidAccessKeyId':
      return 'the store does not know this access key: check AWS_ACCESS_KEY_ID, and that it belongs to this store'
    case 'SignatureDoesNotMatch':
      return 'the secret does not fit the access key: check AWS_SECRET_ACCESS_KEY'
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return 'the credentials have expired: get new ones (aws sso login, or a new session token)'
    case 'NoSuchBucket':
      return `there is no bucket ${name}: make it (aws s3 mb s3://${name}), or check its name, AWS_REGION and AWS_ENDPOINT_URL`
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return `the bucket lies in another region: set AWS_REGION${region === undefined ? " to the bucket's" : `=${region}`}`
    case 'AccessDenied':
    case 'AllAccessDisabled':
      return `access is denied: these credentials need ${rights[operation]}`
    case 'RequestTimeTooSkewed':
      return `the clock of this machine is ${skewWords(storeAtMs, clock.now())}: set it (timedatectl set-ntp true)`
    case 'SlowDown':
    case 'ServiceUnavailable':
    case 'Throttling':
    case 'ThrottlingException':
      return 'the store asks to slow down; it is tried again later'
    case 'NotImplemented':
      return 'the store does not know this request: conditional writes (If-None-Match, If-Match) are needed'
    case 'TimeoutError':
    case 'AbortError':
      return isUnconnected(thrown)
        ? `no connection within ${patience.connectMs / 1_000} s: check AWS_ENDPOINT_URL, the network and its firewalls`
        : `no answer within ${patience.answerMs / 1_000} s: is the endpoint a store, and is it well?`
    case 'ECONNREFUSED':
      return 'nothing listens there: check AWS_ENDPOINT_URL, and that the store runs'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${oneLine(thrown.message ?? '')}: check AWS_REGION, AWS_ENDPOINT_URL and DNS`
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was cut'
  }
  if (isUnset(thrown)) return 'no region is set: set AWS_REGION, e.g. us-east-1'
  // A redirect, or a page of a proxy, has no word of S3 in it.
  if (status === 301 || status === 307) return `it lies elsewhere: set AWS_REGION${region ? `=${region}` : ''}`
  if (status === 403) return `access is denied: these credentials need ${rights[operation]}`
  if (isUnreadable(told)) {
    return 'the answer is none of S3: is AWS_ENDPOINT_URL a store, or a web page or proxy?'
  }
  return undefined
}

function skewWords(storeAtMs: number | undefined, nowMs: number): string {
  if (storeAtMs === undefined) return 'off'
  const minutes = Math.round(Math.abs(nowMs - storeAtMs) / 60_000)
  return `${minutes} minutes ${nowMs > storeAtMs ? 'ahead' : 'behind'}`
}

const longestWords = 300

/** The SDK's own advice for programmers, and pages of proxies, stay behind. */
function oneLine(text: string): string {
  const [first = ''] = text.split('\n')
  return first
    .replace(/\s*Deserialization error: to see the raw response.*$/, '')
    .trim()
    .slice(0, longestWords)
}
