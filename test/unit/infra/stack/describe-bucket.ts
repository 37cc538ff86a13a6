/** What the bucket of the stack promises, whatever a role allows. */
import { describe, expect, it } from 'vitest'
import { plain, type StackPackage } from './package-stack.ts'

export function describeBucket(stack: () => StackPackage): void {
  describe('the bucket of the stack', () => {
    const resource = (name: string) => stack().resources[name]?.Properties ?? {}

    it('is closed to the public, encrypted, and owned by its account alone', () => {
      expect(resource('VitalsBucket')).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      })
    })

    it('is spoken to over TLS only, and nobody overwrites its inbox', () => {
      const { Bucket, PolicyDocument } = resource('VitalsBucketPolicy')
      expect(plain(Bucket)).toBe('<VitalsBucket>')
      const { Statement: statements } = PolicyDocument as { Statement: { Sid: string; Resource: unknown }[] }
      expect(
        statements.map(({ Sid, ...statement }) => ({ ...statement, Resource: plain(statement.Resource) })),
      ).toEqual([
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: ['VitalsBucket.Arn', 'VitalsBucket.Arn/*'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: 'VitalsBucket.Arn/inbox/*',
          Condition: { Null: { 's3:if-none-match': 'true' } },
        },
      ])
    })
  })
}
