/** One request, sent once: its answer, or what went wrong and how far it came. */
import type { $Command, S3ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3'
import { retryAfterMsOf } from '../../http/retry-after.ts'
import type { Place } from './place.ts'

/** What went over the wire. The SDK's own answers tell neither the Date nor whether anything was sent. */
export interface Wire {
  /** The request was given to the network; before that (credentials, region) it can have had no effect. */
  hasBegun: boolean
  /** Absent: there was no answer. */
  status?: number
  /** The store's clock: the Date header, in milliseconds UTC, to the second. */
  storeAtMs?: number
  /** The store asks to be left alone for so long. */
  retryAfterMs?: number
  /** Where the bucket lies, when the store tells. */
  region?: string
  /** It took longer than it may. */
  isLate?: boolean
  /** An earlier attempt of the same may have taken effect. */
  mayStand?: boolean
}

/** What the SDK threw, and the wire. */
export class RequestFailure extends Error {
  readonly wire: Wire

  constructor(cause: unknown, wire: Wire) {
    super((cause as Error | undefined)?.message, { cause })
    this.name = 'RequestFailure'
    this.wire = wire
  }
}

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>

/** `read`: what has to be done with the answer before its time is up: its body comes after its head. */
export async function sendOnce<Input extends ServiceInputTypes, Output extends ServiceOutputTypes, Result>(
  place: Pick<Place, 'client' | 'renewCredentials' | 'patience' | 'clock'>,
  command: Command<Input, Output>,
  read: (output: Output) => Result | Promise<Result>,
): Promise<{ result: Result; storeAtMs?: number }> {
  const { patience, clock } = place
  const wire: Wire = { hasBegun: false }
  command.middlewareStack.add(
    (next) => async (args) => {
      wire.hasBegun = true
      const answer = await next(args)
      Object.assign(wire, headOf(answer.response, clock.now()))
      return answer
    },
    // Next to the network: it sees answers that the SDK makes an error of, too.
    { step: 'deserialize', priority: 'low', name: 'watchWire' },
  )
  const deadline = AbortSignal.timeout(patience.answerMs)
  const unwanted = new AbortController()
  try {
    const output = await place.client().send(command, { abortSignal: AbortSignal.any([deadline, unwanted.signal]) })
    const result = await orAbort(unwanted, () => read(output))
    return { result, ...(wire.storeAtMs === undefined ? {} : { storeAtMs: wire.storeAtMs }) }
  } catch (cause) {
    if (isRefused(cause, wire)) place.renewCredentials()
    throw new RequestFailure(cause, deadline.aborted ? { ...wire, isLate: true } : wire)
  }
}

const credentialWords =
  /^(?:InvalidToken|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|CredentialsProviderError|TokenProviderError)$/

/** By reason of credentials, perhaps: they may have been replaced since they were read. */
function isRefused(cause: unknown, { status }: Wire): boolean {
  const { name = '' } = (cause ?? {}) as Partial<Error>
  return credentialWords.test(name) || ((status === 401 || status === 403) && name !== 'RequestTimeTooSkewed')
}

/** Who reads no further leaves a body on the way: its connection goes. */
async function orAbort<Result>(controller: AbortController, act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    controller.abort()
    throw error
  }
}

function headOf(response: unknown, nowMs: number): Partial<Wire> {
  const { statusCode, headers = {} } = response as { statusCode?: number; headers?: Record<string, string> }
  const storeAtMs = Date.parse(headers.date ?? '')
  const retryAfterMs = retryAfterMsOf(headers['retry-after'], Number.isNaN(storeAtMs) ? nowMs : storeAtMs)
  const region = headers['x-amz-bucket-region']
  return {
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(Number.isNaN(storeAtMs) ? {} : { storeAtMs }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(region === undefined ? {} : { region }),
  }
}
