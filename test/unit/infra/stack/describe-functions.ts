/** When the functions of the stack run, who calls them, and what they may. */
import { describe, expect, it } from 'vitest'
import { logical, functionNames as names, plain, type StackPackage } from './package-stack.ts'

interface Statement {
  Effect: string
  Action: string[]
  Resource: unknown
  Condition?: object
}

export function describeFunctions(stack: () => StackPackage): void {
  describe('the functions of the stack', () => {
    const resource = (name: string) => stack().resources[name]?.Properties ?? {}
    const ofType = (type: string) => Object.values(stack().resources).filter(({ Type }) => Type === type)

    it('run by their schedules, each with a role and a log of its own', () => {
      const schedules = ofType('AWS::Events::Rule').map(({ Properties }) => {
        const { ScheduleExpression, State, Targets } = Properties
        return [ScheduleExpression, State, ...(Targets as { Arn: unknown }[]).map(({ Arn }) => plain(Arn))]
      })
      expect(schedules).toEqual([
        ['rate(1 minute)', 'ENABLED', 'EvaluateLambdaFunction.Arn'],
        ['rate(1 minute)', 'ENABLED', 'NotifyLambdaFunction.Arn'],
        ['rate(1 hour)', 'ENABLED', 'RollupLambdaFunction.Arn'],
        ['rate(1 day)', 'ENABLED', 'RollupLambdaFunction.Arn'],
        ['rate(15 minutes)', 'ENABLED', 'ReportLambdaFunction.Arn'],
      ])
      expect(ofType('AWS::Lambda::Function')).toHaveLength(names.length)
      for (const name of names) {
        expect(plain(resource(`${logical(name)}LambdaFunction`).Role)).toBe(`${logical(name)}Role.Arn`)
        const logGroup = { LogGroupName: `/aws/lambda/vitals-prod-${name}`, RetentionInDays: 14 }
        expect(resource(`${logical(name)}LogGroup`)).toEqual(logGroup)
      }
    })

    it('have rollup sweep the log each day, which no rule of the bucket removes', () => {
      const targets = ofType('AWS::Events::Rule').flatMap(
        ({ Properties }) => Properties.Targets as { Arn: unknown; Input?: string }[],
      )
      const ofRollup = targets.filter(({ Arn }) => plain(Arn) === 'RollupLambdaFunction.Arn')
      expect(ofRollup.map(({ Input }) => Input && JSON.parse(Input))).toEqual([undefined, { sweep: 'log' }])
    })

    it('repeat so often, keep so long, and leave in a queue what failed for good', () => {
      const rows = names.map((name) => {
        const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = resource(
          `${logical(name)}LambdaEvConf`,
        )
        const { OnFailure } = (DestinationConfig ?? {}) as { OnFailure?: { Destination: unknown } }
        return [name, MaximumRetryAttempts, MaximumEventAgeInSeconds, plain(OnFailure?.Destination)]
      })
      expect(rows).toEqual([
        ['evaluate', 0, 60, 'Failures.Arn'],
        // What it has not told is still open in the bucket.
        ['notify', 0, 300, undefined],
        ['rollup', 1, 3_600, 'Failures.Arn'],
        ['report', 1, 3_600, 'Failures.Arn'],
        // Whoever calls it waits for its answer.
        ['open', undefined, undefined, undefined],
      ])
      expect(resource('Failures')).toEqual({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true })
    })

    it('reserve nothing, since a new account has nothing to reserve', () => {
      for (const name of names) {
        expect(resource(`${logical(name)}LambdaFunction`)).not.toHaveProperty('ReservedConcurrentExecutions')
      }
    })

    it('are woken by Scheduler as well for a daily report, which may invoke report and do nothing else', () => {
      const [wake, ...more] = ofType('AWS::Scheduler::Schedule').map(({ Properties }) => Properties)
      expect(more).toEqual([])
      expect(wake).toMatchObject({
        ScheduleExpression: 'cron(0 7 * * ? *)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
      })
      const { GroupName, Target } = wake ?? {}
      const { Arn, RoleArn, Input = '' } = (Target ?? {}) as { Arn?: unknown; RoleArn?: unknown; Input?: string }
      expect([plain(GroupName), plain(Arn), plain(RoleArn), JSON.parse(Input)]).toEqual([
        '<ReportScheduleGroup>',
        'ReportLambdaFunction.Arn',
        'ReportScheduleRole.Arn',
        { due: true },
      ])
      const { AssumeRolePolicyDocument: trust, Policies } = resource('ReportScheduleRole') as {
        AssumeRolePolicyDocument: { Statement: object[] }
        Policies: { PolicyDocument: { Statement: Statement[] } }[]
      }
      expect(trust.Statement).toEqual([
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': { 'Fn::GetAtt': ['ReportScheduleGroup', 'Arn'] },
            },
          },
        },
      ])
      expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
        {
          Effect: 'Allow',
          Action: ['lambda:InvokeFunction'],
          Resource: { 'Fn::GetAtt': ['ReportLambdaFunction', 'Arn'] },
        },
      ])
    })

    it('are called by nobody but their schedules, and open by anybody at its URL', () => {
      expect(resource('OpenLambdaFunctionUrl')).toMatchObject({ AuthType: 'NONE' })
      expect(ofType('AWS::Lambda::Url')).toHaveLength(1)
      const permissions = ofType('AWS::Lambda::Permission').map(({ Properties }) => Properties)
      const toAll = permissions.filter(({ Principal }) => Principal === '*')
      expect(toAll.map(({ FunctionName, ...permission }) => [plain(FunctionName), permission])).toEqual([
        ['OpenLambdaFunction.Arn', { Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' }],
        ['OpenLambdaFunction.Arn', { Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true }],
      ])
      const others = permissions.filter(({ Principal }) => Principal !== '*')
      expect(others.map(({ Principal, SourceArn }) => [Principal, plain(SourceArn)])).toEqual(
        ['Evaluate1', 'Notify1', 'Rollup1', 'Rollup2', 'Report1'].map((name) => [
          'events.amazonaws.com',
          `${name.slice(0, -1)}EventsRuleSchedule${name.at(-1)}.Arn`,
        ]),
      )
    })

    it('may do nothing on everything, but send mail from the one address; what they may in the bucket, roles.test.ts tells', () => {
      const here = (service: string, name: string) =>
        `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${name}`
      const logs = (name: string) => {
        const group = here('logs', `log-group:/aws/lambda/vitals-prod-${name}:*`)
        return { 'logs:CreateLogStream': group, 'logs:PutLogEvents': group }
      }
      const may = (name: string) => {
        const [policy, ...more] = resource(`${logical(name)}Role`).Policies as {
          PolicyDocument: { Statement: Statement[] }
        }[]
        expect(more).toEqual([])
        const statements = policy?.PolicyDocument.Statement ?? []
        expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true)
        const inBucket = statements.filter(({ Action }) => Action.every((action) => action.startsWith('s3:')))
        for (const place of inBucket.flatMap(({ Resource }) => plain(Resource))) {
          expect(place).toMatch(/^VitalsBucket\.Arn(?:\/[a-z]+[./].*)?$/)
        }
        const others = statements.filter((statement) => !inBucket.includes(statement))
        return Object.fromEntries(
          others.flatMap(({ Action, Resource, Condition }) =>
            Action.map((action) => [action, Condition ? [plain(Resource), Condition] : plain(Resource)]),
          ),
        )
      }
      const mail = ['*', { StringEquals: { 'ses:FromAddress': 'vitals@localhost' } }]
      expect(Object.fromEntries(names.map((name) => [name, may(name)]))).toEqual({
        evaluate: {
          ...logs('evaluate'),
          'lambda:InvokeFunction': here('lambda', 'function:vitals-prod-notify'),
          'sqs:SendMessage': 'Failures.Arn',
        },
        notify: { ...logs('notify'), 'ses:SendRawEmail': mail },
        rollup: {
          ...logs('rollup'),
          'lambda:InvokeFunction': here('lambda', 'function:vitals-prod-rollup'),
          'sqs:SendMessage': 'Failures.Arn',
        },
        report: { ...logs('report'), 'ses:SendRawEmail': mail, 'sqs:SendMessage': 'Failures.Arn' },
        open: { ...logs('open'), 'lambda:InvokeFunction': here('lambda', 'function:vitals-prod-report') },
      })
    })
  })
}
