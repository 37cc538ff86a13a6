/** What went wrong, as a `BucketError` that tells the operator what to do. */
import { BucketError, type BucketErrorOptions } from '../port.ts'
import type { Place } from './place.ts'
import { RequestFailure } from './send.ts'
import { effectOf, isCertificate, isPage, isUnreadable, type Told, toldBy } from './told.ts'

type Operation = BucketErrorOptions['operation']

export interface FailureContext {
  operation: Operation
  key: string
  place: Place
}

export function failureOf(failure: unknown, { operation, key, place }: FailureContext): BucketError {
  const inner = failure instanceof RequestFailure ? failure.cause : failure
  if (inner instanceof BucketError) return inner
  const told = toldBy(failure)
  const effect = operation === 'put' || operation === 'delete' ? effectOf(told) : 'none'
  const message = `${operation} ${key} in ${place.url}: ${reasonOf(told, operation, place)}`
  const { retryAfterMs } = told.wire
  const later = retryAfterMs === undefined ? {} : { retryAfterMs }
  const isUnknownRequest = told.wire.status === 501
  return new BucketError(message, { operation, key, effect, ...later, isUnknownRequest, cause: withoutSecrets(inner) })
}

/** For an answer that came, and is none that a store gives. */
export function misfit(problem: string, { operation, key, place }: FailureContext): BucketError {
  const effect = operation === 'put' || operation === 'delete' ? 'unknown' : 'none'
  const message = `${operation} ${key} in ${place.url}: ${problem}: ${isItAStore}`
  return new BucketError(message, { operation, key, effect })
}

/** The SDK hangs on to all that the store said, session tokens included. */
function withoutSecrets(thrown: unknown): Error {
  const { name, message, stack } = thrown as Partial<Error>
  return Object.assign(new Error(message), { name: name ?? 'Error' }, stack === undefined ? {} : { stack })
}

/** What happened, and what to do about it. */
function reasonOf(told: Told, operation: Operation, place: Place): string {
  const { code, said, wire } = told
  const isNamed = code !== 'Error' && code !== 'Unknown'
  const isSaid = said !== '' && said !== code && said !== 'UnknownError' && !isPage(told)
  const status = wire.status === undefined ? '' : ` (${wire.status})`
  const what = isNamed || !isSaid ? `${isNamed ? code : 'it failed'}${status}${isSaid ? `: ${said}` : ''}` : said
  const remedy = remedyOf(told, operation, place)
  return remedy === undefined ? what : `${what}; ${remedy}`
}

const isItAStore =
  'is the endpoint a store of S3, or is there a web page or a proxy in its place? Check AWS_ENDPOINT_URL'
const newCredentials = 'the session is over: get new credentials (aws sso login, or a new session token)'
const checkKeyId = 'the store does not know this access key: check AWS_ACCESS_KEY_ID, and that it is one of this store'
const slowDown = 'the store asks for less; it is tried again later'

/** By the store's word, or the network's. */
const remedies: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine a role',
  TokenProviderError: newCredentials,
  InvalidAccessKeyId: checkKeyId,
  InvalidToken: newCredentials,
  ExpiredToken: newCredentials,
  ExpiredTokenException: newCredentials,
  TokenRefreshRequired: newCredentials,
  SignatureDoesNotMatch: 'the secret does not fit the access key: check AWS_SECRET_ACCESS_KEY',
  SlowDown: slowDown,
  ServiceUnavailable: slowDown,
  Throttling: slowDown,
  ThrottlingException: slowDown,
  TooManyRequests: slowDown,
  NotImplemented:
    'the store does not know this request: use one that knows conditional writes (If-None-Match, If-Match)',
  QuotaExceeded: 'the store is full: free space, or raise its quota',
  XMinioStorageFull: 'the store is full: free space',
  ECONNREFUSED: 'nothing listens there: check AWS_ENDPOINT_URL, and that the store runs',
  ENOTFOUND: 'check AWS_REGION, AWS_ENDPOINT_URL and DNS',
  EAI_AGAIN: 'check the network, its DNS and AWS_ENDPOINT_URL',
  EHOSTUNREACH: 'check the network and its firewalls',
  ENETUNREACH: 'check the network and its firewalls',
  EPROTO: 'check AWS_ENDPOINT_URL: is it http:// there, not https://?',
  ECONNRESET: 'the connection was cut; is there a proxy or a firewall on the way?',
  EPIPE: 'the connection was cut; is there a proxy or a firewall on the way?',
}

function remedyOf(told: Told, operation: Operation, place: Place): string | undefined {
  const { code, said, wire } = told
  const { name, patience, endpoint = 'AWS' } = place
  const known = remedies[code]
  if (known !== undefined) return known
  if (code === 'NoSuchBucket') {
    return `there is no bucket ${name}: make it (aws s3 mb s3://${name}), or check its name, AWS_REGION and AWS_ENDPOINT_URL`
  }
  if (code === 'RequestTimeTooSkewed') return skewRemedy(wire.storeAtMs, place.clock.now())
  if (said.startsWith('Region is missing')) return 'set AWS_REGION, e.g. AWS_REGION=us-east-1'
  if (isElsewhere(told)) return `the bucket lies in another region: set AWS_REGION${regionWords(told)}`
  if (code === 'TimeoutError') {
    return said.includes('did not establish a connection')
      ? `no connection to ${endpoint} within ${patience.connectMs / 1_000} s: check AWS_ENDPOINT_URL, the network and its firewalls`
      : `no answer from ${endpoint} within ${patience.answerMs / 1_000} s: is it a store, and is it well?`
  }
  if (isCertificate(code)) return "the store's certificate is not trusted: set NODE_EXTRA_CA_CERTS to its authority's"
  if (isUnreadable(told)) return isItAStore
  if (wire.status === 403) return `these credentials need ${rightFor(operation, place)}`
  if (wire.status === 429) return slowDown
  if (wire.status === 404) return isItAStore
  if ((wire.status ?? 0) >= 500) return 'the store, or what stands before it, failed; it is tried again later'
  return undefined
}

/** The right that an operation takes, as a policy would name it. */
function rightFor(operation: Operation, { name, prefix }: Place): string {
  const objects = `arn:aws:s3:::${name}/${prefix}*`
  switch (operation) {
    case 'get':
      return `s3:GetObject on ${objects}; and s3:ListBucket on arn:aws:s3:::${name}, without which a missing key is denied`
    case 'put':
      return `s3:PutObject on ${objects}`
    case 'list':
      return `s3:ListBucket on arn:aws:s3:::${name}`
    case 'delete':
      return `s3:DeleteObject on ${objects}`
  }
}

function isElsewhere({ code, wire: { status } }: Told): boolean {
  const words = [
    'PermanentRedirect',
    'TemporaryRedirect',
    'AuthorizationHeaderMalformed',
    'IllegalLocationConstraintException',
  ]
  return words.includes(code) || status === 301 || status === 307
}

function regionWords({ region }: Told): string {
  return region === undefined ? " to the bucket's" : `=${region}`
}

function skewRemedy(storeAtMs: number | undefined, nowMs: number): string {
  const off = storeAtMs === undefined ? 'off' : skewWords(nowMs - storeAtMs)
  return `the clock of this machine is ${off}: set it (timedatectl set-ntp true); the next request goes by the store's clock`
}

function skewWords(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${aheadMs > 0 ? 'fast' : 'slow'}`
}
