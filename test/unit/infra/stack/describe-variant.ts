/** The stack as a platform team may want it: all that a deployment may say, at once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionNames, logical, plain, type StackPackage } from './package-stack.ts'

const params = {
  bucket: 's3://company-data/vitals/',
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
  tags: 'team=ops, cost-center=42',
  dashboard: 'off',
  evaluateConcurrency: '2',
  openConcurrency: '5',
}

export const variant = {
  args: [
    ...['--stage', 'staging', '--region', 'eu-central-1'],
    ...Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]),
  ],
  env: {
    MONITOR_VITALS_FILE: 'test/fixtures/scheduled.yml',
    MONITOR_SHARDS: '16',
    MONITOR_TIME_ZONE: 'Europe/Berlin',
    MONITOR_MAIL_TO: 'ops@example.com',
  },
}

interface Statement {
  Action: string[]
  Resource: unknown
}

/** `path`: where it was packaged to. */
export function describeVariant(stack: () => StackPackage, path: string): void {
  describe('a stack that is told more', () => {
    const resource = (name: string) => stack().resources[name]?.Properties ?? {}
    const ofType = (type: string) => Object.values(stack().resources).filter(({ Type }) => Type === type)
    const ofFunction = (name: string) => resource(`${logical(name)}LambdaFunction`)

    it('makes no bucket where one exists, and speaks of that one wherever it would speak of its own', () => {
      const template = JSON.parse(stack().template) as { Outputs: Record<string, { Value: unknown }> }
      expect(Object.keys(stack().resources)).not.toContain('VitalsBucket')
      expect(stack().template).not.toMatch(/VitalsBucket\b/)
      expect(template.Outputs.BucketUrl?.Value).toBe('s3://company-data/vitals')
      for (const name of functionNames) {
        const { Variables } = ofFunction(name).Environment as { Variables: Record<string, unknown> }
        expect(Variables.MONITOR_BUCKET).toBe('s3://company-data/vitals')
      }
    })

    it('lets each role into its part of that bucket, and lists only the bucket itself', () => {
      const bucket = 'arn:<AWS::Partition>:s3:::company-data'
      for (const name of functionNames) {
        const [policy] = resource(`${logical(name)}Role`).Policies as { PolicyDocument: { Statement: Statement[] } }[]
        const statements = policy?.PolicyDocument.Statement ?? []
        const places = (isListing: boolean) =>
          statements
            .filter(({ Action }) => Action.some((one) => one.startsWith('s3:')))
            .filter(({ Action }) => Action.includes('s3:ListBucket') === isListing)
            .flatMap(({ Resource }) => plain(Resource) as string | string[])
        expect(places(true), name).toEqual([bucket])
        expect(places(false).length, name).toBeGreaterThan(1)
        for (const place of places(false)) expect(place, name).toMatch(new RegExp(`^${bucket}/vitals/[a-z]+[./]`))
      }
    })

    it('bounds every role by the policy that it names', () => {
      const roles = ofType('AWS::IAM::Role').map(({ Properties }) => Properties.PermissionsBoundary)
      expect(roles).toEqual(Array(functionNames.length + 1).fill(params.permissionsBoundary))
    })

    it('reserves as many runs at once as it says, of those functions', () => {
      const reserved = functionNames.map((name) => ofFunction(name).ReservedConcurrentExecutions)
      expect(reserved).toEqual([2, undefined, undefined, undefined, 5])
    })

    it('bears the name of its stage in all that has one, and no other region', () => {
      for (const name of functionNames) {
        expect(ofFunction(name).FunctionName).toBe(`vitals-staging-${name}`)
        expect(resource(`${logical(name)}LogGroup`).LogGroupName).toBe(`/aws/lambda/vitals-staging-${name}`)
      }
      expect(
        ofType('AWS::CloudWatch::Alarm').every(({ Properties }) =>
          /^vitals-staging-/.test(String(Properties.AlarmName)),
        ),
      ).toBe(true)
      expect(stack().template).not.toMatch(/vitals-prod|us-east-1/)
    })

    it('hands its tags to CloudFormation, for all that it makes', () => {
      const state = JSON.parse(readFileSync(join(path, 'serverless-state.json'), 'utf8'))
      expect(state.service.provider.stackTags).toEqual({ service: 'vitals-staging', team: 'ops', 'cost-center': '42' })
    })

    it('wakes report by the schedules of its vitals.yml, in their zones', () => {
      const wakes = ofType('AWS::Scheduler::Schedule').map(({ Properties }) => [
        Properties.Description,
        Properties.ScheduleExpression,
        Properties.ScheduleExpressionTimezone,
      ])
      expect(wakes.toSorted()).toEqual([
        ['Reports: daily, web', 'cron(0 7 * * ? *)', 'Europe/Berlin'],
        ['Reports: monday', 'cron(30 8 ? * MON *)', 'America/New_York'],
        ['Reports: month', 'cron(0 6 L * ? *)', 'Europe/Berlin'],
      ])
    })

    it('tells its functions of 16 shards, has alarms told to whom mails go, and no dashboard', () => {
      const { Variables } = ofFunction('evaluate').Environment as { Variables: Record<string, unknown> }
      expect(Variables.MONITOR_SHARDS).toBe('16')
      expect(resource('Alarms').Subscription).toEqual([{ Protocol: 'email', Endpoint: 'ops@example.com' }])
      expect(ofType('AWS::CloudWatch::Dashboard')).toEqual([])
    })
  })
}
