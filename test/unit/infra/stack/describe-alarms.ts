/** When the stack tells that Vitals itself is ill, whom, and what that costs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { figuresNamespace } from '../../../../adapters/lambda/figures.ts'
import { usEast1 } from '../../../../core/cost/prices.ts'
import { figures } from '../../../../core/figures.ts'
import { parseSettings } from '../../../../core/parse-settings.ts'
import { functionNames, logical, plain, root, type StackPackage } from './package-stack.ts'

interface Metric {
  Namespace: string
  MetricName: string
  Dimensions: { Value: unknown }[]
}

interface Alarm extends Metric {
  AlarmName: string
  AlarmDescription: string
  AlarmActions: unknown[]
  OKActions: unknown[]
  Statistic: string
  ComparisonOperator: string
  Threshold: number
  Period: number
  EvaluationPeriods: number
  TreatMissingData: string
  Metrics?: { Id: string; Expression?: string; ReturnData?: false; MetricStat?: { Metric: Metric; Period: number } }[]
}

const nowhere = { hostname: 'web-1', timeZone: 'UTC', resolvePath: (path: string) => path }

export function describeAlarms(stack: () => StackPackage): void {
  describe('the alarms of the stack', () => {
    const resource = (name: string) => stack().resources[name]?.Properties ?? {}
    const alarms = () =>
      Object.values(stack().resources)
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => Properties as unknown as Alarm)
    const alarm = (name: string) => alarms().find(({ AlarmName }) => AlarmName === `vitals-prod-${name}`) as Alarm
    const measured = ({ Namespace, MetricName, Dimensions }: Metric) =>
      [Namespace, MetricName, ...Dimensions.map(({ Value }) => plain(Value))].join(' ')

    it('fire when this is reached within so many minutes, and not where nothing runs', () => {
      const rows = alarms()
        .filter(({ Metrics }) => !Metrics)
        .map((one) => {
          expect([one.ComparisonOperator, one.EvaluationPeriods, one.TreatMissingData]).toEqual([
            'GreaterThanOrEqualToThreshold',
            1,
            'notBreaching',
          ])
          return [
            one.AlarmName.slice('vitals-prod-'.length),
            measured(one),
            one.Statistic,
            one.Threshold,
            one.Period / 60,
          ]
        })
      const failing = { evaluate: [3, 5], notify: [3, 5], rollup: [2, 60], report: [2, 15], open: [5, 5] }
      expect(rows.toSorted()).toEqual(
        [
          ...Object.entries(failing).flatMap(([name, errors]) => {
            const function_ = `<${logical(name)}LambdaFunction>`
            const { Timeout } = resource(`${logical(name)}LambdaFunction`) as { Timeout: number }
            return [
              [`${name}-errors`, `AWS/Lambda Errors ${function_}`, 'Sum', ...errors],
              [`${name}-throttles`, `AWS/Lambda Throttles ${function_}`, 'Sum', 5, 15],
              [`${name}-duration`, `AWS/Lambda Duration ${function_}`, 'Maximum', Timeout * 800, 5],
            ]
          }),
          ['notify-late', 'AWS/Lambda AsyncEventAge <NotifyLambdaFunction>', 'Maximum', 120_000, 5],
          ['failures-wait', 'AWS/SQS NumberOfMessagesSent Failures.QueueName', 'Sum', 1, 15],
          ['inbox-old', 'Vitals InboxOldestAge vitals-prod', 'Maximum', 900, 5],
          ['agents-silent', 'Vitals AgentDataAge vitals-prod', 'Minimum', 1_800, 5],
        ].toSorted(),
      )
      expect(Object.keys(failing)).toEqual(functionNames)
    })

    it('fire when no run of evaluate ended well in each of ten minutes, and when there are no numbers at all', () => {
      const { Metrics = [], ...stopped } = alarm('evaluate-stopped')
      expect(stopped).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 10,
        TreatMissingData: 'breaching',
      })
      const [shown, ...parts] = Metrics
      expect(shown).toMatchObject({ Expression: 'invocations - errors' })
      expect(
        parts.map(({ Id, ReturnData, MetricStat }) => [
          Id,
          ReturnData,
          MetricStat?.Period,
          MetricStat && measured(MetricStat.Metric),
        ]),
      ).toEqual([
        ['invocations', false, 60, 'AWS/Lambda Invocations <EvaluateLambdaFunction>'],
        ['errors', false, 60, 'AWS/Lambda Errors <EvaluateLambdaFunction>'],
      ])
    })

    it('are told to one topic, when they begin and when they are over, in words', () => {
      for (const { AlarmName, AlarmActions, OKActions, AlarmDescription } of alarms()) {
        expect([...AlarmActions, ...OKActions].map(plain), AlarmName).toEqual(['<Alarms>', '<Alarms>'])
        expect(AlarmDescription, AlarmName).toMatch(/^[\w ]{20}.*\.$/)
      }
    })

    it('look at figures that there are', () => {
      const looked = alarms().filter(({ Namespace }) => Namespace === figuresNamespace)
      expect(looked).toHaveLength(2)
      for (const { MetricName } of looked) expect(Object.keys(figures)).toContain(MetricName)
    })

    it('tell of silence only after several sendings of agents that say nothing of theirs', () => {
      const parsed = parseSettings({ ...nowhere, env: { MONITOR_BUCKET: 's3://bucket' } })
      if (!parsed.ok) throw new Error('the defaults do not parse')
      const { intervalMs, batchSnapshots } = parsed.settings
      expect(alarm('agents-silent').Threshold * 1_000).toBeGreaterThan(5 * intervalMs * batchSnapshots)
    })

    it('go through a topic whose policy lets alarms of this account in, and nobody without TLS', () => {
      expect(resource('Alarms').KmsMasterKeyId).toBeUndefined()
      const { Topics, PolicyDocument } = resource('AlarmsPolicy')
      expect(plain(Topics)).toEqual(['<Alarms>'])
      const Resource = { Ref: 'Alarms' }
      expect((PolicyDocument as { Statement: object[] }).Statement).toEqual([
        {
          Sid: 'AlarmsOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource,
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
        {
          Sid: 'EncryptedConnectionsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ])
    })

    it('cost what the README says', () => {
      const metrics = alarms().reduce(
        (sum, { Metrics }) => sum + (Metrics?.filter((one) => one.MetricStat).length ?? 1),
        0,
      )
      const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ')
      expect(readme).toContain(
        `$${(metrics * usEast1.alarmMetrics.dollars).toFixed(2)} for the ${alarms().length} alarms`,
      )
    })

    it('stand in docs/alerting.md, each with what to do', () => {
      const docs = readFileSync(join(root, 'docs', 'alerting.md'), 'utf8')
      const told = [...docs.matchAll(/^\| `([a-z-]+|FUNCTION-[a-z]+)` \|/gm)].map(([, name]) => name)
      const kinds = alarms().map(({ AlarmName }) =>
        AlarmName.replace(/^vitals-prod-/, '').replace(/^\w+-(?=errors|throttles|duration)/, 'FUNCTION-'),
      )
      expect(told).toEqual(expect.arrayContaining([...new Set(kinds)]))
    })
  })
}
