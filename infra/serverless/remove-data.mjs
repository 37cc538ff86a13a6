/** Before a stack goes: what its bucket holds is deleted when that was asked for, and otherwise keeps the stack. */
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation'
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'

/**
 * `config`: of AWS clients. `mayDelete`: it was asked for. Throws when there is something and it was not.
 */
export async function removeData({ config, stackName, mayDelete, say }) {
  const bucket = await bucketOf(config, stackName)
  if (bucket === undefined) return
  // Names of buckets as host names are AWS's own way; another endpoint need not know it.
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
  for (let deleted = 0; ; ) {
    const { Contents: found = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    if (found.length === 0) return
    if (!mayDelete) {
      throw new Error(
        `s3://${bucket} holds the history of your hosts, and would go with the stack. Keep it: ` +
          `aws s3 sync s3://${bucket} history. Then, or if you don't need it: ` +
          'npx serverless remove --param delete-data=yes (with the --stage and --region of this stack)',
      )
    }
    await deletePage(s3, bucket, found)
    deleted += found.length
    say(`Deleted ${deleted} objects of s3://${bucket}`)
  }
}

async function bucketOf(config, stackName) {
  const resource = new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: 'VitalsBucket' })
  try {
    const { StackResourceDetail: detail } = await new CloudFormationClient(config).send(resource)
    return detail?.PhysicalResourceId
  } catch (error) {
    // No such stack, or one that failed before it had a bucket.
    if (error.name === 'ValidationError') return undefined
    throw error
  }
}

async function deletePage(s3, bucket, found) {
  const Objects = found.map(({ Key }) => ({ Key }))
  const { Errors: [first] = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  )
  if (first) throw new Error(`delete s3://${bucket}/${first.Key}: ${first.Code}: ${first.Message}`)
}
