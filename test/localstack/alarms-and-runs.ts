/** How functions of the stack fare: a run that is made to fail, what follows of it, and how many there were. */
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation'
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'

/** As its schedule does it: nobody waits for an answer. There is no such shard. */
export async function failAsync(functionName: string): Promise<void> {
  const Payload = JSON.stringify({ shards: ['nowhere'] })
  await new LambdaClient().send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }))
}

/** The records of runs that failed, as they lie in the queue of the stack. */
export async function readFailures(
  url: string,
  stackName: string,
): Promise<{ requestPayload: unknown; responsePayload: unknown }[]> {
  const { StackResourceDetail: queue } = await new CloudFormationClient().send(
    new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: 'Failures' }),
  )
  const asked = `${url}/_aws/sqs/messages?QueueUrl=${encodeURIComponent(queue?.PhysicalResourceId ?? '')}`
  const answer = await fetch(asked, { headers: { accept: 'application/json' } })
  const { ReceiveMessageResponse: found } = (await answer.json()) as {
    ReceiveMessageResponse: { ReceiveMessageResult: { Message?: { Body: string } | { Body: string }[] } | null }
  }
  return [found.ReceiveMessageResult?.Message ?? []].flat().map(({ Body }) => JSON.parse(Body))
}

export async function describeAlarms(prefix: string): Promise<MetricAlarm[]> {
  const { MetricAlarms = [] } = await new CloudWatchClient().send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: 100 }),
  )
  return MetricAlarms
}

/** LocalStack looks at an alarm when it is put, and then as rarely as its periods are long: nobody waits for those here. */
export async function lookAtAlarm(name: string): Promise<MetricAlarm | undefined> {
  const [alarm] = await describeAlarms(name)
  if (alarm?.StateValue === 'ALARM') return alarm
  const { AlarmName, Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, Threshold } = alarm ?? {}
  const { ComparisonOperator, TreatMissingData, AlarmActions, OKActions, AlarmDescription } = alarm ?? {}
  const shape = { Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, Threshold }
  const rest = { ComparisonOperator, TreatMissingData, AlarmActions, OKActions, AlarmDescription }
  await new CloudWatchClient().send(new PutMetricAlarmCommand({ AlarmName, ...shape, ...rest }))
  return undefined
}

/** Of the last hour. */
export async function sumOf(metric: 'Invocations' | 'Errors', functionName: string): Promise<number> {
  const nowMs = Date.now()
  const { Datapoints = [] } = await new CloudWatchClient().send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      StartTime: new Date(nowMs - 3_600_000),
      EndTime: new Date(nowMs + 60_000),
      Period: 7_200,
      Statistics: ['Sum'],
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}
