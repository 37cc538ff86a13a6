/**
 * What an agent may do, as a policy of AWS IAM: put what is not there yet below its own host's prefix, and nothing else. It
 * can't read, list or overwrite; other stores that know bucket policies take the statements as they are.
 */
import { inboxHostPrefix } from './keys.ts'

export interface PolicyStatement {
  Sid: string
  Effect: 'Allow'
  Action: string
  Resource: string
  Condition: Record<string, Record<string, string>>
}

export interface AgentPolicy {
  Version: '2012-10-17'
  Statement: PolicyStatement[]
}

export interface AgentPolicyOptions {
  /** `s3://name/prefix` */
  bucketUrl: string
  host: string
  /** Absent: the agent sends no metrics to CloudWatch. */
  cloudWatchNamespace?: string
}

/** Throws where the bucket is none in S3. A host's prefix holds no `*` and no `?`: those of its name are encoded. */
export function agentPolicy({ bucketUrl, host, cloudWatchNamespace }: AgentPolicyOptions): AgentPolicy {
  const match = /^s3:\/\/([^/?]+)(?:\/([^?]*))?/.exec(bucketUrl)
  if (!match) throw new Error(`policy for ${bucketUrl}: expected a bucket in S3, s3://name/prefix`)
  const [, name, prefix = ''] = match
  const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
  const statements: PolicyStatement[] = [
    {
      Sid: 'SendOnlyWhatIsNotThere',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${name}/${folder}${inboxHostPrefix(host)}*`,
      Condition: { Null: { 's3:if-none-match': 'false' } },
    },
  ]
  if (cloudWatchNamespace !== undefined) {
    statements.push({
      Sid: 'SendMetrics',
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      // CloudWatch knows no resources; https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': cloudWatchNamespace } },
    })
  }
  return { Version: '2012-10-17', Statement: statements }
}
