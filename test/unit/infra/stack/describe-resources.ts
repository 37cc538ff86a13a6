/** All that the stack makes, by kind: what somebody adds, and what is gone, is seen here. */
import { expect, it } from 'vitest'
import { functionNames, type StackPackage } from './package-stack.ts'

const functions = functionNames.length

export function describeResources(stack: () => StackPackage): void {
  it('the stack makes these, and nothing else', () => {
    const types = Object.values(stack().resources).map(({ Type }) => Type.replace('AWS::', ''))
    const counted = Object.fromEntries(
      [...new Set(types)].map((type) => [type, types.filter((one) => one === type).length]),
    )
    expect(counted).toEqual({
      'Lambda::Function': functions,
      'Lambda::EventInvokeConfig': functions - 1,
      'Lambda::Permission': 7,
      'Lambda::Url': 1,
      'Logs::LogGroup': functions,
      'IAM::Role': functions + 1,
      'Events::Rule': 5,
      'Scheduler::ScheduleGroup': 1,
      'Scheduler::Schedule': 1,
      // The second is the framework's, for the zips.
      'S3::Bucket': 2,
      'S3::BucketPolicy': 2,
      'SecretsManager::Secret': 1,
      'SQS::Queue': 1,
      'SNS::Topic': 1,
      'SNS::TopicPolicy': 1,
      'CloudWatch::Alarm': 3 * functions + 5,
      'CloudWatch::Dashboard': 1,
    })
  })
}
