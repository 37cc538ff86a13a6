/**
 * Before a stack is deployed: hosts that were revoked meanwhile (`vitals host revoke`) stand in the policy of its bucket alone,
 * and the template would put its own policy in that one's place.
 */
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { bucketOf } from './remove-data.mjs'

/** As core/revoked-hosts.ts names it: a framework's Node need not read TypeScript. */
const revokedSid = 'RevokedHosts'

/** Puts their statement into `template`. Throws when the bucket's policy can't be read: they would be back unnoticed. */
export async function keepRevoked({ config, stackName, template, say }) {
  const document = template.Resources.VitalsBucketPolicy?.Properties.PolicyDocument
  const bucket = document && (await bucketOf({ config, stackName }))
  if (!bucket) return
  const deployed = await readPolicy(config, bucket)
  const revoked = [deployed.Statement].flat().filter(({ Sid }) => Sid === revokedSid)
  document.Statement = [...document.Statement.filter(({ Sid }) => Sid !== revokedSid), ...revoked]
  const count = revoked.flatMap(({ Resource }) => Resource).length
  if (count > 0) say(`Hosts that stay revoked: ${count}`)
}

async function readPolicy(config, bucket) {
  // Names of buckets as host names are AWS's own way; another endpoint need not know it.
  const s3 = new S3Client({ ...config, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
  try {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }))
    return JSON.parse(Policy)
  } catch (error) {
    if (error.name === 'NoSuchBucketPolicy') return { Statement: [] }
    throw new Error(`policy of s3://${bucket}: ${error.message}: expected to read which hosts are revoked`)
  }
}
