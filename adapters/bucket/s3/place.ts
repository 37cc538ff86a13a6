/** Where a bucket lies, and how it is reached. */
import { S3Client } from '@aws-sdk/client-s3'
import { withoutPassword } from '../../../core/parse-settings.ts'
import type { Clock, Random } from '../../clock/port.ts'
import { isKey, keyPrefixMaxBytes } from '../key.ts'

export interface Place {
  /** For messages: `s3://name/prefix`. */
  url: string
  name: string
  /** Stands before every key; empty, or ends in `/`. */
  prefix: string
  /** The one to send with now. */
  client(): S3Client
  /** From the next request on, credentials are what files, the machine or whoever gives them says then. */
  renewCredentials(): void
  /** Where the store is, without a password; absent: at AWS. */
  endpoint?: string
  patience: Patience
  clock: Clock
  random: Random
}

/** Milliseconds. */
export interface Patience {
  connectMs: number
  /** A request and its answer, the body included. */
  answerMs: number
  /** How long a connection is kept for the next request. */
  idleMs: number
}

/**
 * Uploads are a megabyte at most, downloads rarely more than ten. Idle connections are closed before the store does, or a
 * sleep of the machine: a put that finds its connection dead is in doubt.
 */
export const defaultPatience: Patience = { connectMs: 5_000, answerMs: 30_000, idleMs: 5_000 }

const maxSockets = 32

/** Names that some store takes: S3's are lower case, those of others and old ones need not be. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/
const expected =
  'expected s3://name or s3://name/prefix, perhaps with ?path-style=true or ?path-style=false, the prefix of at most ' +
  `${keyPrefixMaxBytes - 1} bytes of A-Z a-z 0-9 . _ ~ = - and /`

/** `s3://name/prefix`, and `?path-style=true|false` where the store needs to be told. */
export function parseS3Url(text: string): { name: string; prefix: string; pathStyle?: boolean } {
  const [, name = '', path = '', query] = /^s3:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?$/.exec(text) ?? []
  const folder = path.replace(/^\/+|\/+$/g, '')
  const style = query === undefined ? undefined : /^\?path-style=(true|false)$/.exec(query)?.[1]
  const isPrefix = folder === '' || (isKey(folder) && folder.length < keyPrefixMaxBytes)
  if (!namePattern.test(name) || !isPrefix || (query !== undefined && style === undefined)) {
    throw new Error(`bucket ${JSON.stringify(text)}: ${expected}`)
  }
  return {
    name,
    prefix: folder === '' ? '' : `${folder}/`,
    ...(style === undefined ? {} : { pathStyle: style === 'true' }),
  }
}

/**
 * Region, credentials and endpoint are the SDK's own standard settings. It never repeats a request: a conditional put that
 * it repeats meets its own object. What may be repeated is repeated by `retry.ts`.
 */
export async function connect({
  pathStyle,
  patience: { connectMs, answerMs, idleMs },
}: {
  pathStyle?: boolean
  patience: Patience
}): Promise<Pick<Place, 'client' | 'renewCredentials' | 'endpoint'>> {
  const endpoint = await configuredEndpoint()
  const agent = { keepAlive: true, maxSockets, timeout: idleMs }
  const options = {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      // Without it the SDK warns, and goes on waiting.
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    // Bodies are small, and not each store knows the header.
    expectContinueHeader: false,
    // Names of buckets as host names are AWS's own way; the SDK knows that for IP addresses only.
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    ...(endpoint === undefined ? {} : { endpoint, ...checksumsWhenRequired }),
  }
  let client = new S3Client(options)
  return {
    client: () => client,
    renewCredentials: () => {
      // Its connections stay, and what it knows of the store's clock.
      const { requestHandler, systemClockOffset } = client.config
      client = new S3Client({ ...options, requestHandler, systemClockOffset, ...readFilesAgain })
    },
    ...(endpoint === undefined ? {} : { endpoint: withoutPassword(endpoint) }),
  }
}

/**
 * A client keeps credentials without an expiry for its life, and the SDK the text of ~/.aws/credentials for that of the
 * process. Its providers are given a client's options; that this one reaches them is held by a test.
 */
const readFilesAgain = { ignoreCache: true }

/** Checksums that nobody asked for are refused, or stored as part of the body, by some. */
const checksumsWhenRequired = {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const

/** AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile's endpoint_url, found as the SDK finds it. */
async function configuredEndpoint(): Promise<string | undefined> {
  const endpoint = await new S3Client({}).config.serviceConfiguredEndpoint?.()
  if (endpoint === undefined) return undefined
  const { protocol, host } = URL.parse(endpoint) ?? {}
  if (host !== '' && (protocol === 'http:' || protocol === 'https:')) return endpoint
  const expected = 'expected http://host:port or https://host'
  throw new Error(`AWS_ENDPOINT_URL or endpoint_url ${JSON.stringify(withoutPassword(endpoint))}: ${expected}`)
}
