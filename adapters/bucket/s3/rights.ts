/**
 * What credentials may do with a bucket, asked so that nothing is left behind: each put carries a checksum that its body
 * does not have. A store looks at rights first (403), then at the body (400 BadDigest), and stores nothing. What is deleted
 * was never there. The functions take no key of these for a batch.
 */
import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { inboxHostPrefix, layoutKey, probePrefix } from '../../../core/keys.ts'
import type { Clock, Random } from '../../clock/port.ts'
import { type FailureContext, failureOf } from './failure.ts'
import { connect, defaultPatience, type Patience, type Place, parseS3Url } from './place.ts'
import { RequestFailure, sendOnce, type Wire } from './send.ts'
import { toldBy } from './told.ts'

/** `send`: put what is not there below the host's own prefix; `overwrite`: put there without that condition. */
export type Right = 'send' | 'overwrite' | 'elsewhere' | 'read' | 'list' | 'delete'

export interface RightAnswer {
  right: Right
  answer: 'granted' | 'refused' | 'unclear'
  /** The store's word and status. */
  said: string
}

export interface RightsAnswer {
  rights: RightAnswer[]
  /** The store's clock less ours, to the second. */
  clockOffsetMs?: number
}

export interface RightsOptions {
  bucketUrl: string
  host: string
  clock: Clock
  random: Random
  patience?: Patience
}

type Answer = Pick<RightAnswer, 'answer' | 'said'>

/** Throws a `BucketError` that says what to do when the store can't be asked, or does not know who asks. */
export async function askRights(options: RightsOptions): Promise<RightsAnswer> {
  const { bucketUrl, host, clock, random, patience = defaultPatience } = options
  const { name, prefix, ...style } = parseS3Url(bucketUrl)
  const connection = await connect({ ...style, patience })
  const place: Place = { url: bucketUrl, name, prefix, ...connection, patience, clock, random }
  const own = `${prefix}${inboxHostPrefix(host)}probe-${random.hex(8)}`
  const wrongMd5 = createHash('md5').update('another body').digest('base64')
  const put = (key: string, more: Partial<PutObjectCommandInput> = {}) =>
    new PutObjectCommand({ Bucket: name, Key: key, Body: 'vitals doctor', ContentMD5: wrongMd5, ...more })
  const onlyIfAbsent = { IfNoneMatch: '*' }
  let offsetMs: number | undefined
  const ask = async (
    right: Right,
    operation: FailureContext['operation'],
    send: () => Promise<{ storeAtMs?: number }>,
  ) => {
    const startedMs = clock.now()
    const { answer, wire } = await answerOf(send, { operation, key: own, place })
    if (wire.storeAtMs !== undefined) offsetMs = wire.storeAtMs - Math.round((startedMs + clock.now()) / 2)
    return { right, ...answer }
  }
  const nothing = () => undefined
  const rights = [
    await ask('send', 'put', () => sendOnce(place, put(own, onlyIfAbsent), nothing)),
    await ask('overwrite', 'put', () => sendOnce(place, put(own), nothing)),
    await ask('elsewhere', 'put', () =>
      sendOnce(place, put(`${prefix}${probePrefix}${random.hex(8)}`, onlyIfAbsent), nothing),
    ),
    await ask('read', 'get', () =>
      sendOnce(place, new HeadObjectCommand({ Bucket: name, Key: `${prefix}${layoutKey}` }), nothing),
    ),
    await ask('list', 'list', () =>
      sendOnce(place, new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 }), nothing),
    ),
    await ask('delete', 'delete', () => sendOnce(place, new DeleteObjectCommand({ Bucket: name, Key: own }), nothing)),
  ]
  connection.client().destroy()
  return { rights, ...(offsetMs === undefined ? {} : { clockOffsetMs: offsetMs }) }
}

/** The address of the store: an endpoint that was set, or AWS's own for the bucket. */
export async function storeAddress(bucketUrl: string): Promise<URL> {
  const { name, prefix: _, ...style } = parseS3Url(bucketUrl)
  const { client, endpoint } = await connect({ ...style, patience: defaultPatience })
  const region = endpoint === undefined ? await regionOf(client()) : ''
  client().destroy()
  return new URL(endpoint ?? `https://${name}.s3.${region}.amazonaws.com`)
}

async function regionOf({ config }: ReturnType<Place['client']>): Promise<string> {
  try {
    return await config.region()
  } catch (cause) {
    throw new Error('the region of the bucket is not known; set AWS_REGION, e.g. AWS_REGION=us-east-1', { cause })
  }
}

/** 403, too, and nothing about rights: to be put right first. */
const notOfRights =
  /^(InvalidAccessKeyId|InvalidToken|ExpiredToken|TokenRefreshRequired|SignatureDoesNotMatch|RequestTimeTooSkewed)$/

async function answerOf(
  send: () => Promise<{ storeAtMs?: number }>,
  context: FailureContext,
): Promise<{ answer: Answer; wire: Wire }> {
  try {
    const { storeAtMs } = await send()
    const wire = { hasBegun: true, ...(storeAtMs === undefined ? {} : { storeAtMs }) }
    return { answer: { answer: 'granted', said: 'done' }, wire }
  } catch (error) {
    const { code, wire } = toldBy(error)
    const { status } = wire
    const isAnswer = error instanceof RequestFailure && status !== undefined && code !== 'NoSuchBucket'
    if (!isAnswer || notOfRights.test(code)) throw failureOf(error, context)
    const said = `${code} (${status})`
    if (status === 403) return { answer: { answer: 'refused', said }, wire }
    // The checksum does not fit, the key is there or is not: it came past the rights.
    const isPast = status === 412 || status === 404 || status === 409 || /Digest|Checksum/i.test(code)
    return { answer: { answer: isPast ? 'granted' : 'unclear', said }, wire }
  }
}
