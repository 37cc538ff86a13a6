import { expect, it, test } from 'vitest'
import { runsADay, stackFactsOf } from '../../../../core/cost/stack-facts.ts'

it.each([
  ['rate(1 minute)', 1_440],
  ['rate(15 minutes)', 96],
  ['rate(1 hour)', 24],
  ['rate(2 days)', 0.5],
  ['cron(0 7 * * ? *)', 1],
  ['cron(30 6 ? * MON *)', 1],
  ['cron(0/10 * * * ? *)', 144],
  ['cron(0,30 8,20 * * ? *)', 4],
])('%s is %d runs a day', (expression, runs) => {
  expect(runsADay(expression)).toBe(runs)
})

test('a schedule of no known form is an error, and not free', () => {
  expect(() => runsADay('at(2026-11-20T13:00:00)')).toThrow('schedule at(2026-11-20T13:00:00): expected rate(')
})

test('of a template it counts what is billed', () => {
  const target = (name: string) => ({ Arn: { 'Fn::GetAtt': [name, 'Arn'] } })
  const Variables = { MONITOR_FUNCTION_METRICS: 'off' }
  const facts = stackFactsOf({
    Resources: {
      EvaluateLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: { MemorySize: 128, Timeout: 9, Architectures: ['x86_64'], Environment: { Variables } },
      },
      Often: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [target('EvaluateLambdaFunction')] },
      },
      Daily: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { ScheduleExpression: 'cron(0 7 * * ? *)', Target: target('EvaluateLambdaFunction') },
      },
      Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      Difference: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Expression: 'a - b' }, { MetricStat: {} }, { MetricStat: {} }] },
      },
      Board: { Type: 'AWS::CloudWatch::Dashboard' },
      Key: { Type: 'AWS::KMS::Key' },
    },
  })
  expect(facts).toMatchObject({
    architecture: 'x86_64',
    functions: { evaluate: { memoryMb: 128, timeoutSeconds: 9, runsADay: 25 }, open: { memoryMb: 0, runsADay: 0 } },
    alarmMetrics: 3,
    dashboards: 1,
    customMetrics: 0,
    secrets: 0,
    keys: 1,
    schedulerRunsADay: 1,
  })
})
