/** When a stack goes: its bucket stays, with the history of all hosts. Where that is to go as well, it is emptied and removed. */
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation'
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'

/** The bucket that the stack made; undefined: there is no such stack, or it failed before it had one, or uses another's. */
export async function bucketOf({ config, stackName }) {
  const resource = new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: 'VitalsBucket' })
  try {
    const { StackResourceDetail: detail } = await new CloudFormationClient(config).send(resource)
    return detail?.PhysicalResourceId
  } catch (error) {
    if (error.name === 'ValidationError') return undefined
    throw error
  }
}

/** With all that is in it. Functions may still write while the stack goes: so afterwards, and until there is nothing left. */
export async function removeBucket({ config, bucket, say }) {
  // Names of buckets as host names are AWS's own way; another endpoint need not know it.
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
  for (let deleted = 0; ; ) {
    const { Contents: found = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    if (found.length === 0) break
    await deletePage(s3, bucket, found)
    deleted += found.length
    say(`Deleted ${deleted} objects of s3://${bucket}`)
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }))
}

async function deletePage(s3, bucket, found) {
  const Objects = found.map(({ Key }) => ({ Key }))
  const { Errors: [first] = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  )
  if (first) throw new Error(`delete s3://${bucket}/${first.Key}: ${first.Code}: ${first.Message}`)
}
