/**
 * What an agent may do, as a policy of AWS IAM: put what is not there yet below its own host's prefix, and nothing else. It
 * can't read, list or overwrite; other stores that know bucket policies take the statements as they are.
 */

import { isShippableHost } from './host-segment.ts'
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

interface Inbox {
  /** `s3://name/prefix` */
  bucketUrl: string
  host: string
  /** Of ARNs: see `partitionOf`; absent: `aws`. */
  partition?: string
}

export interface AgentPolicyOptions extends Inbox {
  /** Absent: the agent sends no metrics to CloudWatch. */
  cloudWatchNamespace?: string
}

export function agentPolicy({ cloudWatchNamespace, ...inbox }: AgentPolicyOptions): AgentPolicy {
  const statements: PolicyStatement[] = [
    {
      Sid: 'SendOnlyWhatIsNotThere',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: inboxArn(inbox),
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

/**
 * All that one host sends, and nothing else: neither a bucket's name and prefix nor a host's segment hold what is a wildcard
 * or a variable to IAM. Throws where the bucket is none in S3, or the host none that an agent sends for.
 */
export function inboxArn({ bucketUrl, host, partition = 'aws' }: Inbox): string {
  const [, name, prefix = ''] = s3Url.exec(bucketUrl) ?? []
  if (name === undefined) throw new Error(`policy for ${bucketUrl}: expected a bucket in S3, s3://name/prefix`)
  if (!isShippableHost(host))
    throw new Error(`policy for host ${JSON.stringify(host)}: expected a name that a host has`)
  const folder = prefix.replace(/^\/+|\/+$/g, '')
  return `arn:${partition}:s3:::${name}/${folder === '' ? '' : `${folder}/`}${inboxHostPrefix(host)}*`
}

const s3Url = /^s3:\/\/([A-Za-z0-9._-]+)((?:\/[A-Za-z0-9._~=-]*)*)(?:\?[^?]*)?$/

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region = ''): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
