/**
 * Before a stack is deployed: hosts that were revoked meanwhile (`vitals host revoke`) stand in the policy of its bucket alone.
 * A policy that says the same as at the last deployment is left to be that one, so that CloudFormation does not touch it; into one
 * that says something else they are taken over, or they would be back.
 */
import { isDeepStrictEqual } from 'node:util'
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation'
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { bucketOf } from './remove-data.mjs'

/** As core/revoked-hosts.ts names it: a framework's Node need not read TypeScript. */
const revokedSid = 'RevokedHosts'

/** Changes `template`. Throws when the bucket's policy must be read and can't be: they would be back unnoticed. */
export async function keepRevoked({ config, stackName, template, say }) {
  const document = policyIn(template)
  const last = document && policyIn(await deployedTemplate(config, stackName))
  if (!last) return
  const isSame = isDeepStrictEqual(withoutRevoked(document), withoutRevoked(last))
  const revoked = revokedIn(isSame ? last : await livePolicy({ config, stackName }))
  document.Statement = [...withoutRevoked(document).Statement, ...revoked]
  const count = revoked.flatMap(({ Resource }) => Resource).length
  if (!isSame && count > 0) say(`Hosts that stay revoked: ${count}`)
}

function policyIn({ Resources = {} }) {
  return Resources.VitalsBucketPolicy?.Properties.PolicyDocument
}

function withoutRevoked(policy) {
  return { ...policy, Statement: [policy.Statement].flat().filter(({ Sid }) => Sid !== revokedSid) }
}

function revokedIn({ Statement }) {
  return [Statement].flat().filter(({ Sid }) => Sid === revokedSid)
}

async function deployedTemplate(config, stackName) {
  try {
    const command = new GetTemplateCommand({ StackName: stackName })
    const { TemplateBody } = await new CloudFormationClient(config).send(command)
    return JSON.parse(TemplateBody)
  } catch (error) {
    // There is no such stack yet.
    if (error.name === 'ValidationError') return {}
    throw error
  }
}

async function livePolicy({ config, stackName }) {
  const bucket = await bucketOf({ config, stackName })
  if (bucket === undefined) return { Statement: [] }
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
