/** What a store, the network or the SDK said of a request that failed, in one shape, and what follows from it. */
import type { BucketErrorOptions } from '../port.ts'
import { RequestFailure, type Wire } from './send.ts'

export interface Told {
  /** The store's word for it, or the network's, or the SDK's: `NoSuchBucket`, `ECONNREFUSED`, `TimeoutError`. */
  code: string
  /** For people: one line, not long. */
  said: string
  wire: Wire
  /** Where the bucket lies, when the store told. */
  region?: string
}

/** As the SDK throws it. */
interface Thrown {
  name?: unknown
  message?: unknown
  code?: unknown
  Code?: unknown
  Region?: unknown
  /** Of each address that was tried. */
  errors?: Thrown[]
}

export function toldBy(failure: unknown): Told {
  const wire = failure instanceof RequestFailure ? failure.wire : { hasBegun: true }
  const thrown = ((failure instanceof RequestFailure ? failure.cause : failure) ?? {}) as Thrown
  const [first] = thrown.errors ?? []
  const region = typeof thrown.Region === 'string' ? thrown.Region : wire.region
  const code = codeOf(thrown) ?? codeOf(first) ?? 'Error'
  return {
    code: wire.isLate || code === 'ETIMEDOUT' ? 'TimeoutError' : code,
    said: oneLine(String(thrown.message || (first?.message ?? ''))),
    wire,
    ...(region === undefined ? {} : { region }),
  }
}

/** Did it take effect? `unknown`: the answer was lost, or does not say. */
export function effectOf(told: Told): BucketErrorOptions['effect'] {
  const { hasBegun, status, mayStand = false } = told.wire
  if (mayStand) return 'unknown'
  if (!hasBegun) return 'none'
  if (status === undefined) return isUnconnected(told) ? 'none' : 'unknown'
  // 501: the store does not know the request. Every other 5xx may come after the deed.
  return (status >= 300 && status < 500) || status === 501 ? 'none' : 'unknown'
}

/** ExistingObjectIsDirectory: what versitygw says as well when a deletion takes the folder away that it was about to write in. */
const conflictWords = ['ConditionalRequestConflict', 'OperationAborted', 'ExistingObjectIsDirectory']

/** Somebody else is at the same key, or its folder, just now; nothing was written. */
export function isConflict({ code, wire }: Told): boolean {
  return wire.status === 409 && conflictWords.includes(code)
}

/** May the same request do better a little later? */
export function isPassing(told: Told): boolean {
  const { code, wire } = told
  // The SDK signs by the store's clock once it has seen it.
  if (['RequestTimeTooSkewed', 'RequestTimeout', 'ECONNREFUSED', 'EAI_AGAIN'].includes(code)) return true
  if (!wire.hasBegun || code === 'BucketError' || isUnreadable(told)) return false
  // A store that hangs is not waited for twice.
  if (code === 'TimeoutError') return isUnconnected(told)
  if (wire.status === undefined) return !code.startsWith('ERR_') && !isCertificate(code)
  return (wire.status >= 500 && wire.status !== 501) || wire.status === 429 || wire.status < 300 || isConflict(told)
}

/** An answer that the SDK could not make sense of: a web page, for one. */
export function isPage({ said }: Told): boolean {
  return /^XML parse error|deserialization/i.test(said)
}

/** Where an answer of the store was due: a gateway's page of an error is another matter. */
export function isUnreadable(told: Told): boolean {
  return isPage(told) && (told.wire.status ?? 500) < 500
}

/** The connection never stood: no byte of the request went out. */
export function isUnconnected({ code, said }: Told): boolean {
  // The SDK's own wording is all there is: it gives no code. Worded otherwise one day, the effect is `unknown`: safe.
  const isUnreached = /^(?:connect|getaddrinfo) |did not establish a connection|wrong version number/.test(said)
  return isUnreached || isCertificate(code)
}

export function isCertificate(code: string): boolean {
  return /CERT|^ERR_TLS_|^UNABLE_TO_/.test(code)
}

function codeOf({ Code, code, name }: Thrown = {}): string | undefined {
  const words = [Code, code, name]
  return words.find(
    (word): word is string => typeof word === 'string' && !['', 'Error', 'AggregateError'].includes(word),
  )
}

const longestWords = 300

/** The SDK's own advice for programmers, and pages of proxies, stay behind. */
function oneLine(text: string): string {
  const [first = ''] = text.split('\n')
  return (
    first
      .replace(/^@(?:smithy|aws-sdk)\S* (?:- )?(?:\[ERROR\] )?/, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they would reach a terminal
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
      .trim()
      .slice(0, longestWords)
  )
}
