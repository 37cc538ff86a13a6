/** What the bucket of the stack promises, whatever a role allows. */
import { describe, expect, it } from 'vitest'
import {
  lakeKey,
  lakeTables,
  noBlock,
  rejectedPrefix,
  reportId,
  reportsPrefix,
  sentNoticeKey,
  slotKey,
} from '../../../../core/keys.ts'
import type { RetentionPolicy } from '../../../../core/retention.ts'
import { resolutions, rollupKey } from '../../../../core/rollup/rollup-keys.ts'
import { settings } from '../../../../core/settings.ts'
import { keptKeys } from '../kept-keys.ts'
import { plain, type StackPackage } from './package-stack.ts'

interface Rule {
  Status: string
  Prefix: string
  ExpirationInDays?: number | string
}

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

    describe('with its rules', () => {
      const rules = () => {
        const { LifecycleConfiguration } = resource('VitalsBucket')
        const { Rules } = LifecycleConfiguration as { Rules: Rule[] }
        return Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined)
      }

      it('keeps what age alone decides as long as the settings do', () => {
        const days = (name: keyof RetentionPolicy) => Number(settings[name].defaultText)
        expect(
          rules().map(({ Status, Prefix, ExpirationInDays }) => [Status, Prefix, Number(ExpirationInDays)]),
        ).toEqual([
          ['Enabled', 'lake/', days('keepHourlyDays')],
          ['Enabled', 'rollups/v1/5m/', days('keepHourlyDays')],
          ['Enabled', 'rollups/v1/1h/', days('keepHourlyDays')],
          ['Enabled', 'rollups/v1/1d/', days('keepDailyDays')],
          ['Enabled', 'site/reports/', days('keepReportsDays')],
          ['Enabled', 'slots/v1/', days('keepReportsDays')],
          ['Enabled', 'notices/v1/done/', days('keepNoticesDays')],
          ['Enabled', 'rejected/v1/', days('keepRejectedDays')],
          ['Enabled', 'probe/v1/', 1],
        ])
      })

      it.each(keptKeys)('never touches %s', (key) => {
        expect(rules().filter(({ Prefix }) => key.startsWith(Prefix))).toEqual([])
      })

      it.each([
        ...lakeTables.map((table) => lakeKey(table, '0a', 0)),
        ...resolutions.map((resolution) => rollupKey(resolution, '0a', 0)),
        `${reportsPrefix}${reportId(0, noBlock)}/report.json`,
        sentNoticeKey('n', 0),
        slotKey({ schedule: 'daily', dueMs: 0 }),
        `${rejectedPrefix('web-1', 0)}x.json`,
      ])('has one for %s', (key) => {
        expect(rules().filter(({ Prefix }) => key.startsWith(Prefix))).toHaveLength(1)
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
