/** The policy of a bucket: who may not, whatever their own policies say. */
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  type GetBucketPolicyCommandOutput,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { array, looseObject, optional, parse, pipe, string, transform, union } from 'valibot'
import { type BucketPolicy, bucketPolicyMaxBytes } from '../../../core/revoked-hosts.ts'
import type { Clock, Random } from '../../clock/port.ts'
import { BucketError } from '../port.ts'
import { failureOf } from './failure.ts'
import { connect, defaultPatience, type Place, parseS3Url } from './place.ts'
import { sendOnce } from './send.ts'
import { toldBy } from './told.ts'

export interface BucketPolicyStore {
  /** Where it is; absent: at AWS, which asks a bucket's policy about everybody. MinIO asks it about those without a key only. */
  endpoint?: string
  /** Absent: the bucket has none. */
  read(): Promise<BucketPolicy | undefined>
  /** Over all that is there; `undefined`: there is none any more. A store may show it some seconds later. */
  write(policy: BucketPolicy | undefined): Promise<void>
}

/** Each operation throws a `BucketError` that says what to do. */
export async function openBucketPolicy(
  bucketUrl: string,
  { clock, random }: { clock: Clock; random: Random },
): Promise<BucketPolicyStore> {
  const { name, prefix, ...style } = parseS3Url(bucketUrl)
  const connection = await connect({ ...style, patience: defaultPatience })
  const place: Place = { url: bucketUrl, name, prefix, ...connection, patience: defaultPatience, clock, random }
  const Bucket = name
  return {
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    read: async () => {
      try {
        const { result } = await sendOnce(place, new GetBucketPolicyCommand({ Bucket }), readPolicy)
        return result
      } catch (error) {
        if (toldBy(error).code === 'NoSuchBucketPolicy') return undefined
        throw refusal(error, 'get', place)
      }
    },
    write: async (policy) => {
      const nothing = () => undefined
      try {
        if (policy === undefined) await sendOnce(place, new DeleteBucketPolicyCommand({ Bucket }), nothing)
        else await sendOnce(place, new PutBucketPolicyCommand({ Bucket, Policy: bounded(policy, place) }), nothing)
      } catch (error) {
        throw refusal(error, 'put', place)
      }
    },
  }
}

const statement = looseObject({ Sid: optional(string()), Resource: optional(union([string(), array(string())])) })

/** AWS takes one statement without its list, and gives it back so. */
const policySchema = looseObject({
  Version: optional(string(), '2008-10-17'),
  Statement: union([
    array(statement),
    pipe(
      statement,
      transform((one) => [one]),
    ),
  ]),
})

function readPolicy({ Policy = '' }: GetBucketPolicyCommandOutput): BucketPolicy {
  return parse(policySchema, JSON.parse(Policy)) as BucketPolicy
}

const theirName = 'the policy of the bucket'

function bounded(policy: BucketPolicy, { url }: Place): string {
  const text = JSON.stringify(policy)
  const bytes = Buffer.byteLength(text)
  if (bytes <= bucketPolicyMaxBytes) return text
  const expected = `expected at most ${bucketPolicyMaxBytes}: take roles, users or keys of revoked hosts away for good, and lift those with --undo`
  throw new BucketError(`put ${theirName} in ${url}: it would have ${bytes} bytes; ${expected}`, {
    operation: 'put',
    key: theirName,
    effect: 'none',
  })
}

function refusal(failure: unknown, operation: 'get' | 'put', place: Place): BucketError {
  if (failure instanceof BucketError) return failure
  const { code, wire } = toldBy(failure)
  const isRight = wire.status === 403 && /^AccessDenied|^Forbidden/.test(code)
  const isUnknown = code === 'NotImplemented' || wire.status === 405
  if (!isRight && !isUnknown) return failureOf(failure, { operation, key: theirName, place })
  const why = isRight
    ? `these credentials need s3:GetBucketPolicy, s3:PutBucketPolicy and s3:DeleteBucketPolicy on arn:aws:s3:::${place.name}`
    : 'this store has no policies of buckets: take the key of the host away there'
  return new BucketError(`${operation} ${theirName} in ${place.url}: ${code} (${wire.status}); ${why}`, {
    operation,
    key: theirName,
    effect: 'none',
  })
}
