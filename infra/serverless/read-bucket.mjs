/** What a bucket that exists is like, for check-bucket.mjs. */
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3'

/** Codes by which S3 says that there is none of what was asked for. */
const none = /^(?:NoSuch|OwnershipControlsNotFound)/

/**
 * `place`: of adapt-template.mjs. Throws where there is no such bucket, or one of somebody else. What may not be read stands, with
 * its reason, in `unread`.
 */
export async function readBucket({ config, place: { name, keysBelow } }) {
  // Names of buckets as host names are AWS's own way; another endpoint need not know it.
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
  await expectBucket(s3, name)
  const unread = []
  const ask = async (what, command, read) => {
    try {
      return await read(await s3.send(command))
    } catch (error) {
      if (!none.test(error.name)) unread.push(`${what}: ${error.name}: ${error.message}`)
      return undefined
    }
  }
  const Bucket = name
  const [lifecycle, policy, block, ownership, versioning, layout] = await Promise.all([
    ask('lifecycle', new GetBucketLifecycleConfigurationCommand({ Bucket }), ({ Rules }) => Rules),
    ask('policy', new GetBucketPolicyCommand({ Bucket }), ({ Policy }) => JSON.parse(Policy).Statement),
    ask('public access block', new GetPublicAccessBlockCommand({ Bucket }), (it) => it.PublicAccessBlockConfiguration),
    ask('ownership', new GetBucketOwnershipControlsCommand({ Bucket }), (it) => it.OwnershipControls?.Rules),
    ask('versioning', new GetBucketVersioningCommand({ Bucket }), ({ Status }) => Status),
    ask('vitals.json', new GetObjectCommand({ Bucket, Key: `${keysBelow}vitals.json` }), readJson),
  ])
  return { lifecycle: lifecycle ?? [], policy: [policy ?? []].flat(), block, ownership, versioning, layout, unread }
}

async function readJson({ Body }) {
  return JSON.parse(await Body.transformToString())
}

async function expectBucket(s3, name) {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }))
  } catch (error) {
    const status = error.$metadata?.httpStatusCode
    const region = error.$response?.headers?.['x-amz-bucket-region']
    const why = {
      301: `it is in ${region ?? 'another region'}: deploy with --region ${region ?? 'of the bucket'}`,
      403: 'it is of another account, or you may not look at it (s3:ListBucket)',
      404: 'there is no such bucket: make it, or leave the param out to have the stack make one',
    }
    throw new Error(`param bucket: s3://${name}: ${why[status] ?? error.message}`, { cause: error })
  }
}
