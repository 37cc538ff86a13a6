/**
 * A call to AWS that must not happen twice: how its client is set up, and what a failure of it means. Region, credentials
 * and endpoint are the SDK's own standard settings.
 */

/** Instead of the SDK's standard settings. */
export interface AwsAccess {
  region?: string
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
}

export interface AwsTimeouts {
  connectMs: number
  /** To the head of the answer; and between two bytes. */
  answerMs: number
}

/** The SDK repeats nothing and waits for nothing without end; by default it would do both. */
export function onceOnly({ connectMs, answerMs }: AwsTimeouts) {
  return {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      socketTimeout: answerMs,
      throwOnRequestTimeout: true,
      // These calls are rare, and a connection that idled is the one that is dead: its failure would leave us in doubt.
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  }
}

/** Ends a call whose answer comes drop by drop, which no timeout of the SDK does. */
export function bounded(signal: AbortSignal, { connectMs, answerMs }: AwsTimeouts): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(connectMs + answerMs)])
}

type Handler = (args: unknown) => Promise<unknown>

interface Watchable {
  middlewareStack: {
    add(middleware: (next: Handler) => Handler, options: { step: 'deserialize'; priority: 'low'; name: string }): void
  }
}

/** Tells whether the request was handed to the network: what fails before that (credentials, region) reached nobody. */
export function watchBegin(command: unknown): () => boolean {
  let hasBegun = false
  const { middlewareStack } = command as Watchable
  middlewareStack.add(
    (next) => (args) => {
      hasBegun = true
      return next(args)
    },
    { step: 'deserialize', priority: 'low', name: 'watchBegin' },
  )
  return () => hasBegun
}

export interface AwsFailure {
  /** `none`: refused, or never there. `unknown`: it may have been done although we were not told. */
  effect: 'none' | 'unknown'
  /** The service's word for it (`Throttling`), the network's (`ECONNREFUSED`) or the SDK's (`TimeoutError`). */
  name: string
  /** For people, with what helps. */
  reason: string
}

/** What helps. `when` is held against `<name>: <message>`. */
export interface Remedy {
  when: RegExp
  remedy: string
}

export interface FailureContext {
  hasBegun: boolean
  /** What the call was given: why it was ended stands there. */
  signal?: AbortSignal
  /** They go before those that hold for every service. */
  remedies?: readonly Remedy[]
}

export function readFailure(error: unknown, { hasBegun, signal, remedies = [] }: FailureContext): AwsFailure {
  const failure = error as Partial<SdkError>
  // The code of an AbortError is a number.
  const name = typeof failure.code === 'string' ? failure.code : (failure.name ?? 'Error')
  const ended = signal?.aborted && name === 'AbortError' ? (signal.reason as Partial<Error> | null)?.message : undefined
  const said = withoutSdk(ended ?? failure.message ?? '')
  const status = statusOf(failure)
  const marks = [said.includes(name) || name === 'Error' ? [] : name, status ?? []].flat()
  const named = [said, marks.length === 0 ? [] : `(${marks.join(', ')})`].flat().join(' ').trim()
  const found = [...remedies, ...commonRemedies].find(({ when }) => when.test(`${name}: ${said}`))
  return {
    effect: !hasBegun || isRefusal(status) || isUnreached(failure) ? 'none' : 'unknown',
    name,
    reason: found === undefined ? named : `${named}; ${found.remedy}`,
  }
}

interface SdkError extends Error {
  code: string | number
  syscall: string
  errors: unknown[]
  $metadata: { httpStatusCode?: number }
  $response: { statusCode?: number }
}

function statusOf({ $metadata, $response }: Partial<SdkError>): number | undefined {
  return $metadata?.httpStatusCode ?? $response?.statusCode
}

function isRefusal(status = 0): boolean {
  return status >= 400 && status < 500
}

/** Its advice for programmers, and the pages of proxies, stay behind. */
function withoutSdk(message: string): string {
  const [first = ''] = message.split('\n')
  return first.replace(/^@(?:smithy|aws-sdk)\S* (?:- )?(?:\[ERROR\] )?/, '').slice(0, 300)
}

/** The connection never stood, so that no byte of the request went out. */
function isUnreached({ code = '', syscall, errors, message = '' }: Partial<SdkError>): boolean {
  if (errors !== undefined) return errors.length > 0 && errors.every((one) => isUnreached(one as Partial<SdkError>))
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  if (/^(?:CERT_|DEPTH_ZERO_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/.test(String(code))) return true
  // The SDK's own; it has no code. Worded otherwise one day, it is `unknown`, which is safe.
  return message.includes('did not establish a connection')
}

const commonRemedies: readonly Remedy[] = [
  { when: /Region is missing/, remedy: 'set AWS_REGION' },
  {
    when: /^(?:CredentialsProviderError|ProviderError|TokenProviderError)|Could not load credentials/,
    remedy: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine a role',
  },
  { when: /^(?:ExpiredToken|TokenRefreshRequired)/, remedy: 'the session is over: get new credentials' },
  {
    when: /Signature (?:expired|not yet current)|^RequestExpired|^RequestTimeTooSkewed/,
    remedy: "set this machine's clock; until then the next try goes by that of the service",
  },
  {
    when: /^(?:InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken)/,
    remedy: 'are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY right, and meant for this region?',
  },
  { when: /^(?:ENOTFOUND|EAI_AGAIN)/, remedy: 'is AWS_REGION right, and is the network there?' },
  { when: /^ECONNREFUSED/, remedy: 'is AWS_ENDPOINT_URL right?' },
]
