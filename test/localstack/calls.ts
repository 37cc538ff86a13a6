/** What LocalStack was asked (infra/localstack/executor), in the words of IAM. */
import { type Ask, ownerId } from '../iam.ts'

export interface Call {
  accessKeyId: string
  /** Its ARN; null: the key is of none. */
  role: string | null
  service: string
  operation: string
  parameters: Parameters
}

interface Parameters {
  Bucket: string
  Key: string
  Prefix?: string
  IfNoneMatch?: string
  /** Of a deletion of several. */
  Keys: string[]
  FunctionName: string
  Source: string
  TopicArn: string
  QueueUrl: string
  logGroupName: string
  logStreamName: string
}

const region = 'us-east-1'

export async function readCalls(url: string): Promise<Call[]> {
  const answer = await fetch(`${url}/_vitals/calls`)
  return (await answer.json()) as Call[]
}

/** Each once: what S3, Lambda, SES, SNS or SQS would have asked IAM. Throws for a call that no function is known to make. */
export function asksOf(calls: readonly Call[]): Ask[] {
  const asks = calls.flatMap(({ service, operation, parameters }) => {
    const ask = asksBy[`${service}.${operation}`]
    if (!ask) throw new Error(`${service}.${operation}: expected one of ${Object.keys(asksBy).join(', ')}`)
    return ask(parameters)
  })
  return [...new Map(asks.map((ask) => [JSON.stringify(ask), ask])).values()]
}

const asksBy: Record<string, (parameters: Parameters) => Ask[]> = {
  's3.GetObject': (object) => [{ action: 's3:GetObject', resource: objectArn(object) }],
  's3.PutObject': (object) => [
    {
      action: 's3:PutObject',
      resource: objectArn(object),
      ...(object.IfNoneMatch && { context: { 's3:if-none-match': object.IfNoneMatch } }),
    },
  ],
  's3.DeleteObject': (object) => [{ action: 's3:DeleteObject', resource: objectArn(object) }],
  's3.DeleteObjects': ({ Bucket, Keys }) =>
    Keys.map((Key) => ({ action: 's3:DeleteObject', resource: objectArn({ Bucket, Key }) })),
  's3.ListObjectsV2': ({ Bucket, Prefix = '' }) => [
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}`, context: { 's3:prefix': Prefix } },
  ],
  'lambda.Invoke': ({ FunctionName }) => [
    { action: 'lambda:InvokeFunction', resource: arn('lambda', `function:${FunctionName.split(':').at(-1)}`) },
  ],
  'ses.SendRawEmail': ({ Source }) => [
    { action: 'ses:SendRawEmail', resource: arn('ses', `identity/${Source}`), context: { 'ses:FromAddress': Source } },
  ],
  'sns.Publish': ({ TopicArn }) => [{ action: 'sns:Publish', resource: TopicArn }],
  'sqs.SendMessage': ({ QueueUrl }) => [
    { action: 'sqs:SendMessage', resource: arn('sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)) },
  ],
  // Of Lambda in the function's name. LocalStack's tries to make the group as well, which the stack has made.
  'logs.CreateLogGroup': () => [],
  'logs.CreateLogStream': (stream) => [{ action: 'logs:CreateLogStream', resource: streamArn(stream) }],
  'logs.PutLogEvents': (stream) => [{ action: 'logs:PutLogEvents', resource: streamArn(stream) }],
}

function streamArn({ logGroupName, logStreamName }: Pick<Parameters, 'logGroupName' | 'logStreamName'>): string {
  return arn('logs', `log-group:${logGroupName}:log-stream:${logStreamName}`)
}

function objectArn({ Bucket, Key }: Pick<Parameters, 'Bucket' | 'Key'>): string {
  return `arn:aws:s3:::${Bucket}/${Key}`
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${ownerId}:${resource}`
}
