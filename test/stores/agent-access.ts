/** Credentials of an agent, limited by a policy, as each store gives them. Rejects when it does not take the policy. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { useStore } from './use.ts'

export interface PolicyText {
  Version: string
  Statement: readonly object[]
}

interface Wanted {
  bucket: string
  policy: PolicyText
}

type Environment = Record<string, string>
type Store = ReturnType<typeof useStore>

export function agentAccess(store: Store, wanted: Wanted): Promise<Environment> {
  return store.name === 'minio' ? asSession(store, wanted) : asUser(store, wanted)
}

/** MinIO: for a time, by a policy that goes with the session. */
async function asSession({ url }: Store, { policy }: Wanted): Promise<Environment> {
  const command = new AssumeRoleCommand({
    RoleArn: 'arn:aws:iam::minio:role/agent',
    RoleSessionName: 'agent',
    Policy: JSON.stringify(policy),
  })
  const { Credentials } = await new STSClient({ endpoint: url }).send(command)
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey, AWS_SESSION_TOKEN: SessionToken }
}

/** versitygw: for a user of its own, by the policy of the bucket. */
async function asUser({ url, access, command }: Store, { bucket, policy }: Wanted): Promise<Environment> {
  const [user, secret] = [`agent-${randomBytes(4).toString('hex')}`, randomBytes(16).toString('hex')]
  const admin = ['admin', '--access', access.accessKeyId, '--secret', access.secretAccessKey, '--endpoint-url', url]
  const create = ['create-user', '--access', user, '--secret', secret, '--role', 'user']
  await promisify(execFile)(command, [...admin, ...create])
  const Statement = policy.Statement.map((one) => ({ ...one, Principal: { AWS: [user] } }))
  const Policy = JSON.stringify({ ...policy, Statement })
  await new S3Client({ forcePathStyle: true }).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
  return { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secret }
}
