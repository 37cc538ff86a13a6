/** What an agent may do: its own policy (`vitals enrol`) and that of the stack's bucket together, as AWS would decide. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agentPolicy } from '../../../../core/agent-policy.ts'
import { isShippableHost } from '../../../../core/host-segment.ts'
import {
  blockKey,
  controlKey,
  hostHash4,
  inboxHostPrefix,
  inboxKey,
  layoutKey,
  noBlock,
  nowKey,
  rejectedPrefix,
  stateKey,
} from '../../../../core/keys.ts'
import { type BucketPolicy, withoutRevoked, withRevoked } from '../../../../core/revoked-hosts.ts'
import { type Ask, decide, type Policy } from '../../../iam.ts'
import { logical, type StackPackage } from './package-stack.ts'
import { bucketUrl, resolved } from './resolved.ts'

const ifAbsent = { 's3:if-none-match': '*' }
const arnOf = (key: string) => `arn:aws:s3:::vitals/${key}`
const put = (key: string, context: Ask['context'] = ifAbsent): Ask => ({
  action: 's3:PutObject',
  resource: arnOf(key),
  context,
})
const batchOf = (host: string) => inboxKey({ host, stream: '0123456789abcdef', seq: 1, sha16: 'fedcba9876543210' })
/** As if both names began with the same digits: hashes alone part hosts nearly always, and would hide a prefix that does not. */
const besideIn = (host: string, other: string) => batchOf(other).replace(hostHash4(other), hostHash4(host))

export function describeAgents(stack: () => StackPackage): void {
  describe('an agent with the policy of its host', () => {
    const ofBucket = () => {
      const { PolicyDocument } = stack().resources.VitalsBucketPolicy?.Properties ?? {}
      return resolved<Policy & BucketPolicy>(PolicyDocument)
    }
    const ask = async (host: string, one: Ask, bucketPolicy: Policy = ofBucket()) => {
      const policies = [agentPolicy({ bucketUrl, host, cloudWatchNamespace: 'Fleet' })]
      return (await decide(one, { policies, resourcePolicies: { s3: bucketPolicy } })).outcome
    }

    it('puts what is not there yet below its own name', async () => {
      expect(await ask('web-1', put(batchOf('web-1')))).toBe('Allowed')
    })

    it.each<[string, Ask]>([
      ['overwrite', put(batchOf('web-1'), {})],
      ['put without TLS', put(batchOf('web-1'), { ...ifAbsent, 'aws:SecureTransport': 'false' })],
    ])('may not %s, and the bucket says so, too', async (_, one) => {
      expect(await ask('web-1', one)).toBe('ExplicitlyDenied')
    })

    it.each<[string, Ask]>([
      ['read what it sent', { action: 's3:GetObject', resource: arnOf(batchOf('web-1')) }],
      ['read state', { action: 's3:GetObject', resource: arnOf(stateKey('all')) }],
      ['delete what it sent', { action: 's3:DeleteObject', resource: arnOf(batchOf('web-1')) }],
      ['delete a version of it', { action: 's3:DeleteObjectVersion', resource: arnOf(batchOf('web-1')) }],
      ['open it to others', { action: 's3:PutObjectAcl', resource: arnOf(batchOf('web-1')) }],
      ['list the bucket', { action: 's3:ListBucket', resource: 'arn:aws:s3:::vitals' }],
      [
        'list what it sent',
        {
          action: 's3:ListBucket',
          resource: 'arn:aws:s3:::vitals',
          context: { 's3:prefix': inboxHostPrefix('web-1') },
        },
      ],
      ['change the policy of the bucket', { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::vitals' }],
      ['put into another bucket', { ...put(''), resource: `arn:aws:s3:::vitals-2/${batchOf('web-1')}` }],
      ['put metrics of another namespace', metrics('AWS/S3')],
      ...[
        batchOf('web-2'),
        batchOf('web-10'),
        besideIn('web-1', 'web-10'),
        besideIn('web-1', 'web-1.example'),
        besideIn('web-1', 'web'),
        batchOf('web-1').replace(/^inbox\/v1\/..../, 'inbox/v1/0000'),
        batchOf('web-1').replace('inbox/v1', 'inbox/v2'),
        inboxHostPrefix('web-1').slice(0, -1),
        layoutKey,
        stateKey('all'),
        controlKey,
        nowKey('all'),
        blockKey({ shard: 'all', n: 1, write: noBlock, prev: noBlock }),
        `${rejectedPrefix('web-1', 0)}x`,
        `elsewhere/${batchOf('web-1')}`,
      ].map((key): [string, Ask] => [`put ${key}`, put(key)]),
    ])('may not %s', async (_, one) => {
      expect(await ask('web-1', one)).toBe('ImplicitlyDenied')
    })

    it('puts metrics of its own namespace where it sends some', async () => {
      expect(await ask('web-1', metrics('Fleet'))).toBe('Allowed')
    })

    it('puts for its own host and for no other, however the two are called', async () => {
      const letters = fc.constantFrom('a', 'b', '1', '-', '.', '/', '~', '*', '?', '$', '{', '}', ':', ' ', 'é', '😀')
      const name = fc.string({ unit: letters, minLength: 1, maxLength: 8 }).filter(isShippableHost)
      const others = fc.constantFrom('*', '?', '/', '~', '.', '-2', '/*', `\${*}`, `\${aws:username}`)
      const alike = fc.tuple(name, others).map(([one, more]): [string, string] => [one, `${one}${more}`])
      const wild = name.map((one): [string, string] => [one.replace(/./u, '*'), one])
      await fc.assert(
        fc.asyncProperty(fc.oneof(alike, wild, fc.tuple(name, name)), async ([host, other]) => {
          expect(await ask(host, put(batchOf(host)))).toBe('Allowed')
          if (host === other) return
          expect(await ask(host, put(batchOf(other)))).toBe('ImplicitlyDenied')
          expect(await ask(host, put(besideIn(host, other)))).toBe('ImplicitlyDenied')
          expect(await ask(other, put(besideIn(other, host)))).toBe('ImplicitlyDenied')
        }),
        { numRuns: 60 },
      )
    })

    describe('that is revoked', () => {
      const revoking = (host: string) => withRevoked(ofBucket(), { bucketUrl, host }) as BucketPolicy & Policy

      it('puts nothing more, while others do', async () => {
        expect(await ask('web-1', put(batchOf('web-1')), revoking('web-1'))).toBe('ExplicitlyDenied')
        expect(await ask('web-2', put(batchOf('web-2')), revoking('web-1'))).toBe('Allowed')
        expect(await ask('web-10', put(batchOf('web-10')), revoking('web-1'))).toBe('Allowed')
        const all: Policy = {
          Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: `${arnOf('inbox')}/*` }],
        }
        const beside = put(besideIn('web-1', 'web-10'))
        const asker = { policies: [all], resourcePolicies: { s3: revoking('web-1') } }
        expect((await decide(beside, asker)).outcome).toBe('Allowed')
      })

      it('is out whatever else its credentials may', async () => {
        const everything: Policy = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
        const asker = { policies: [everything], resourcePolicies: { s3: revoking('web-1') } }
        expect((await decide(put(batchOf('web-1')), asker)).outcome).toBe('ExplicitlyDenied')
      })

      it('is taken from no further: what it had sent is read and taken as before', async () => {
        const { Policies } = stack().resources[`${logical('evaluate')}Role`]?.Properties ?? {}
        const policies = resolved<{ PolicyDocument: Policy }[]>(Policies).map(({ PolicyDocument }) => PolicyDocument)
        for (const action of ['s3:GetObject', 's3:DeleteObject']) {
          const { outcome } = await decide(
            { action, resource: arnOf(batchOf('web-1')) },
            { policies, resourcePolicies: { s3: revoking('web-1') } },
          )
          expect(outcome).toBe('Allowed')
        }
      })

      it('puts again when that is lifted', async () => {
        const lifted = withoutRevoked(revoking('web-1'), { bucketUrl, host: 'web-1' }) as BucketPolicy & Policy
        expect(lifted).toEqual(ofBucket())
        expect(await ask('web-1', put(batchOf('web-1')), lifted)).toBe('Allowed')
      })
    })
  })
}

function metrics(namespace: string): Ask {
  return { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': namespace } }
}
