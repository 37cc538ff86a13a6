/** What `vitals enrol` prints, made by CloudFormation; and `vitals host revoke`, with the policy of a real bucket. */
import { randomBytes } from 'node:crypto'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation'
import {
  GetInstanceProfileCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListRolesCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { openBucketPolicy } from '../../adapters/bucket/s3/policy.ts'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { runEnrol } from '../../cli/commands/enrol.ts'
import { runHostRevoke } from '../../cli/commands/host-revoke.ts'
import type { Parsed } from '../../cli/options.ts'
import { defaultRuleSet } from '../../core/alerts/default-rules.ts'
import { withRevoked } from '../../core/revoked-hosts.ts'
import { liveOn } from '../lived-bucket.ts'
import { makeSettings } from '../make.ts'
import { makeTerminal } from '../unit/cli/commands/terminal.ts'
import { useLocalStack } from './use.ts'

const endpoint = useLocalStack()
const client = new S3Client({ endpoint, forcePathStyle: true })
const iam = new IAMClient({ endpoint })
const cloudFormation = new CloudFormationClient({ endpoint })

const parsed = (values: Parsed['values'], operand?: string): Parsed => ({
  values,
  settings: {},
  flags: {},
  ...(operand === undefined ? {} : { operand }),
})

async function makeBucket(): Promise<string> {
  const Bucket = `credentials-${randomBytes(6).toString('hex')}`
  await client.send(new CreateBucketCommand({ Bucket }))
  return Bucket
}

describe('the template that vitals enrol prints', () => {
  const enrolled = async (way: string) => {
    const terminal = makeTerminal({ MONITOR_BUCKET: `s3://fleet-${way}`, MONITOR_HOST: 'web-1' })
    await runEnrol({ parsed: parsed({ way: [way], json: ['true'] }), terminal })
    const { stackName, template, policy } = JSON.parse(terminal.printed.join())
    return { StackName: stackName as string, TemplateBody: JSON.stringify(template), policy }
  }
  const outputsOf = async (StackName: string) => {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }))
    return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
  }
  const made = async (StackName: string, TemplateBody: string) => {
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }))
    await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1 }, { StackName })
    return outputsOf(StackName)
  }
  const remove = async (StackName: string) => {
    await cloudFormation.send(new DeleteStackCommand({ StackName }))
    await waitUntilStackDeleteComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1 }, { StackName })
  }
  const read = (document = '') => JSON.parse(decodeURIComponent(document))

  it('makes an instance profile whose role has the policy, and takes both away again', async () => {
    const { StackName, TemplateBody, policy } = await enrolled('instance-profile')
    const { InstanceProfile: InstanceProfileName } = await made(StackName, TemplateBody)
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))
    const [RoleName, ...others] = InstanceProfile?.Roles?.map((role) => role.RoleName) ?? []
    expect(others).toEqual([])
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'vitals-agent' }))
    expect(read(PolicyDocument)).toEqual(policy)
    await remove(StackName)
    const { Roles = [] } = await iam.send(new ListRolesCommand())
    expect(Roles.map((role) => role.RoleName)).not.toContain(RoleName)
  })

  it('makes a user with the policy', async () => {
    const { StackName, TemplateBody, policy } = await enrolled('key')
    const { User: UserName } = await made(StackName, TemplateBody)
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'vitals-agent' }))
    expect(read(PolicyDocument)).toEqual(policy)
    await remove(StackName)
  })
})

describe('vitals host revoke', () => {
  const own = (Bucket: string) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EncryptedConnectionsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  })
  const revoke = async (bucketUrl: string, host: string, values: Parsed['values'] = {}) => {
    const terminal = makeTerminal({ MONITOR_BUCKET: bucketUrl })
    await runHostRevoke({ parsed: parsed({ json: ['true'], ...values }, host), terminal })
    return JSON.parse(terminal.printed.join())
  }
  const policyOf = async (bucketUrl: string) =>
    (await openBucketPolicy(bucketUrl, { clock: systemClock, random: systemRandom })).read()

  it('adds hosts to the policy of the bucket and takes them out, and leaves what else it says', async () => {
    const Bucket = await makeBucket()
    const bucketUrl = `s3://${Bucket}/vitals`
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(own(Bucket)) }))
    await revoke(bucketUrl, 'web-1')
    expect(await revoke(bucketUrl, 'db 1')).toEqual({
      bucketUrl,
      host: 'db 1',
      isRevoked: true,
      hosts: ['db 1', 'web-1'],
    })
    const both = withRevoked(withRevoked(own(Bucket), { bucketUrl, host: 'web-1' }), { bucketUrl, host: 'db 1' })
    expect(await policyOf(bucketUrl)).toEqual(both)
    expect((await revoke(bucketUrl, 'db 1')).hosts).toEqual(['db 1', 'web-1'])
    expect((await revoke(bucketUrl, 'db 1', { undo: ['true'] })).hosts).toEqual(['web-1'])
    await revoke(bucketUrl, 'web-1', { undo: ['true'] })
    expect(await policyOf(bucketUrl)).toEqual(own(Bucket))
    await expect(revoke(bucketUrl, 'web-1', { undo: ['true'] })).rejects.toThrow(
      `web-1 is not revoked in ${bucketUrl}; revoked: nobody`,
    )
  })

  it('makes a policy where there was none, and leaves none', async () => {
    const bucketUrl = `s3://${await makeBucket()}`
    expect(await policyOf(bucketUrl)).toBeUndefined()
    await revoke(bucketUrl, 'web-1')
    expect(await policyOf(bucketUrl)).toBeDefined()
    await revoke(bucketUrl, 'web-1', { undo: ['true'] })
    expect(await policyOf(bucketUrl)).toBeUndefined()
  })

  it('tells people what holds now, and what is left to do', async () => {
    const bucketUrl = `s3://${await makeBucket()}`
    const tell = async (values: Parsed['values']) => {
      const terminal = makeTerminal({ MONITOR_BUCKET: bucketUrl })
      await runHostRevoke({ parsed: parsed(values, 'web-1'), terminal })
      return terminal.printed
    }
    expect(await tell({})).toEqual([
      expect.stringMatching(
        /^web-1 is revoked: within minutes nobody puts anything below inbox\/v1\/c471\/web-1\/,.*MinIO/,
      ),
      expect.stringContaining('take the key of the host away there'),
      'revoked now: web-1',
    ])
    expect(await tell({ undo: ['true'] })).toEqual([
      'web-1 may put again, by whatever credentials have the right',
      'revoked now: nobody',
    ])
  })

  it('does not revoke a name that is misspelt, unless told so', async () => {
    const bucketUrl = `s3://${await makeBucket()}`
    const lived = await liveOn(await openS3Bucket(bucketUrl), { rules: defaultRuleSet(makeSettings()) })
    await lived.send('web-1')
    await lived.evaluate()
    await expect(revoke(bucketUrl, 'web-l')).rejects.toThrow(
      `no host web-l is known in ${bucketUrl}; is web-1 meant? (--unknown: revoke it all the same)`,
    )
    expect((await revoke(bucketUrl, 'web-1')).hosts).toEqual(['web-1'])
    expect((await revoke(bucketUrl, 'web-l', { unknown: ['true'] })).hosts).toEqual(['web-1', 'web-l'])
  })

  it('says that a policy is full before the store does', async () => {
    const bucketUrl = `s3://${await makeBucket()}`
    const store = await openBucketPolicy(bucketUrl, { clock: systemClock, random: systemRandom })
    const names = Array.from({ length: 400 }, (_, index) => `host-${index}`)
    const many = names.reduce<ReturnType<typeof withRevoked> | undefined>(
      (policy, host) => withRevoked(policy, { bucketUrl, host }),
      undefined,
    )
    await expect(store.write(many)).rejects.toThrow(/it would have \d+ bytes; expected at most 20480/)
    expect(await store.read()).toBeUndefined()
  })
})
