/** The policies that a stack has in LocalStack. */
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import type { Policy } from '../iam.ts'

/** Of a role, all that it may. */
export async function readPolicies(roleArn: string): Promise<Policy[]> {
  const iam = new IAMClient()
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  if (Role?.PermissionsBoundary) throw new Error(`${RoleName} has a boundary: expected none, since none is read here`)
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      return JSON.parse(decodeURIComponent(PolicyDocument)) as Policy
    }),
  )
}

export async function readBucketPolicy(bucketUrl: string): Promise<Policy> {
  const s3 = new S3Client({ forcePathStyle: true })
  const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket: new URL(bucketUrl).host }))
  return JSON.parse(Policy) as Policy
}
