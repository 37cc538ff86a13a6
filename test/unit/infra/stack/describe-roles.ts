/** What the role of each function refuses, as AWS would decide. */
import { describe, expect, it } from 'vitest'
import { type Ask, type Asker, decide, ownerId, type Policy } from '../../../iam.ts'
import { functionNames, logical, type StackPackage } from './package-stack.ts'
import { resolved } from './resolved.ts'

const bucket = 'arn:aws:s3:::vitals'
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ownerId}:${resource}`
const on = (action: string, resource: string, context: Ask['context'] = {}): Ask => ({ action, resource, context })
const object = (action: string, key: string) => on(`s3:${action}`, `${bucket}/${key}`)
const mail = (from: string) => on('ses:SendRawEmail', arn('ses', `identity/${from}`), { 'ses:FromAddress': from })

/** Something that each function does: what is refused below is not refused because nothing is allowed. */
const does: Record<string, Ask> = {
  evaluate: object('PutObject', 'state/v1/all.json.zst'),
  notify: mail('vitals@localhost'),
  rollup: object('PutObject', 'lake/samples/dt=2026-03-01/all.parquet'),
  report: object('PutObject', 'site/reports/index.json'),
  open: on('lambda:InvokeFunction', arn('lambda', 'function:vitals-prod-report')),
}

const forNobody: Ask[] = [
  object('PutObject', 'inbox/v1/c471/web-1/x'),
  object('DeleteObject', 'state/v1/all.json.zst'),
  object('DeleteObject', 'vitals.json'),
  object('DeleteObject', 'lake/samples/dt=2026-03-01/all.parquet'),
  object('DeleteObject', 'rollups/v1/1d/month=2026-03/all.zst'),
  object('DeleteObject', 'site/reports/index.json'),
  object('DeleteObject', 'notices/v1/done/dt=2026-03-01/n.json'),
  object('DeleteObject', 'control/v1.json'),
  object('DeleteObjectVersion', 'state/v1/all.json.zst'),
  object('PutObjectAcl', 'site/now/all.json'),
  object('GetObject', 'rejected/v1/dt=2026-03-01/web-1/x'),
  object('GetObject', 'elsewhere'),
  on('s3:GetObject', 'arn:aws:s3:::vitals-2/vitals.json'),
  on('s3:ListBucket', 'arn:aws:s3:::vitals-2'),
  ...[
    'DeleteBucket',
    'PutBucketPolicy',
    'DeleteBucketPolicy',
    'PutLifecycleConfiguration',
    'PutBucketPublicAccessBlock',
  ].map((action) => on(`s3:${action}`, bucket)),
  on('s3:ListAllMyBuckets', '*'),
  mail('somebody@else.example'),
  on('ses:SendEmail', arn('ses', 'identity/vitals@localhost'), { 'ses:FromAddress': 'vitals@localhost' }),
  on('sns:Publish', arn('sns', 'another')),
  on('sqs:ReceiveMessage', arn('sqs', 'failures')),
  on('lambda:InvokeFunction', arn('lambda', 'function:vitals-prod-evaluate')),
  on('lambda:InvokeFunction', arn('lambda', 'function:another')),
  on('lambda:UpdateFunctionCode', arn('lambda', 'function:vitals-prod-evaluate')),
  on('iam:PassRole', `arn:aws:iam::${ownerId}:role/admin`),
  on('iam:PutRolePolicy', `arn:aws:iam::${ownerId}:role/admin`),
  on('sts:AssumeRole', `arn:aws:iam::${ownerId}:role/admin`),
  on('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:vitals-abcdef')),
  on('kms:Decrypt', arn('kms', 'key/1')),
  on('logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/another:log-stream:x')),
  on('logs:DeleteLogGroup', arn('logs', 'log-group:/aws/lambda/vitals-prod-evaluate')),
]

/** What another function does: the parts are kept apart by it. */
const forOthers: Record<string, Ask[]> = {
  evaluate: [
    object('DeleteObject', 'log/v1/all/0000000000000001-a-b.ndjson.zst'),
    object('GetObject', 'lake/samples/dt=2026-03-01/all.parquet'),
    object('PutObject', 'control/v1.json'),
    mail('vitals@localhost'),
  ],
  notify: [
    object('PutObject', 'state/v1/all.json.zst'),
    object('GetObject', 'inbox/v1/c471/web-1/x'),
    object('GetObject', 'log/v1/all/x'),
    on('lambda:InvokeFunction', arn('lambda', 'function:vitals-prod-notify')),
  ],
  rollup: [
    object('PutObject', 'state/v1/all.json.zst'),
    object('DeleteObject', 'inbox/v1/c471/web-1/x'),
    object('GetObject', 'notices/v1/open/n.json'),
    on('lambda:InvokeFunction', arn('lambda', 'function:vitals-prod-notify')),
    mail('vitals@localhost'),
  ],
  report: [
    object('GetObject', 'state/v1/all.json.zst'),
    object('GetObject', 'log/v1/all/x'),
    object('GetObject', 'inbox/v1/c471/web-1/x'),
    object('PutObject', 'rollups/v1/5m/x'),
  ],
  open: [
    object('GetObject', 'state/v1/all.json.zst'),
    object('GetObject', 'log/v1/all/x'),
    object('GetObject', 'inbox/v1/c471/web-1/x'),
    object('PutObject', 'site/now/all.json'),
    object('PutObject', 'notices/v1/open/n.json'),
    on('lambda:InvokeFunction', arn('lambda', 'function:vitals-prod-notify')),
    mail('vitals@localhost'),
  ],
}

export function describeRoles(stack: () => StackPackage): void {
  describe.each(functionNames)('the role of %s, as it is packaged', (name) => {
    const asker = (): Asker => {
      const properties = (of: string) => stack().resources[of]?.Properties ?? {}
      const policies = resolved<{ PolicyDocument: Policy }[]>(properties(`${logical(name)}Role`).Policies)
      return {
        policies: policies.map(({ PolicyDocument }) => PolicyDocument),
        resourcePolicies: { s3: resolved<Policy>(properties('VitalsBucketPolicy').PolicyDocument) },
      }
    }
    const mine = does[name] ?? on('none', '')
    const decideAll = async (asks: readonly Ask[], by: Asker) => {
      const outcomes = []
      for (const ask of asks) outcomes.push({ ask, outcome: (await decide(ask, by)).outcome })
      return outcomes
    }

    it('allows what it is for, unless a boundary does not', async () => {
      expect((await decide(mine, asker())).outcome).toBe('Allowed')
      const boundary: Policy = { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] }
      expect((await decide(mine, { ...asker(), boundary })).outcome).toBe('ImplicitlyDenied')
    })

    it('refuses what no function does, and what only others do', async () => {
      const asks = [...forNobody, ...(forOthers[name] ?? [])]
      const taken = (await decideAll(asks, asker())).filter(({ outcome }) => outcome === 'Allowed')
      expect(taken.map(({ ask }) => ask)).toEqual([])
    })

    it('reads and writes the bucket over TLS only', async () => {
      const plainly = object('GetObject', 'vitals.json')
      expect((await decide(plainly, asker())).outcome).toBe('Allowed')
      const overHttp = { ...plainly, context: { 'aws:SecureTransport': 'false' } }
      expect((await decide(overHttp, asker())).outcome).toBe('ExplicitlyDenied')
    })
  })
}
