/**
 * Scheduler wakes report at the minute at which a report is due by the clock of its zone. It does so with a role of its own, which
 * may invoke that function and nothing else. The rate in functions/report/function.yml makes up for what this misses; a report
 * is made once, whoever wakes report for it.
 */
const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { join } = require('node:path')

const root = join(__dirname, '..', '..')

/** By a process on the project's own Node, which reads TypeScript: the framework may have been started on another. */
function readSchedules() {
  const node = join(root, 'node_modules', '.bin', 'node')
  const script = join(root, 'infra', 'serverless', 'print-report-schedules.ts')
  // The file is named as the functions name it, from where the framework was started.
  return JSON.parse(execFileSync(node, [script], { encoding: 'utf8' }))
}

function schedule({ expression, timeZone, names }) {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      GroupName: { Ref: 'ReportScheduleGroup' },
      Description: `Reports: ${names.join(', ')}`.slice(0, 512),
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['ReportLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['ReportScheduleRole', 'Arn'] },
        Input: JSON.stringify({ due: true }),
        // Then the rate has made up for it.
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 900 },
      },
    },
  }
}

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': { 'Fn::GetAtt': ['ReportScheduleGroup', 'Arn'] },
            },
          },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'invoke-report',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['lambda:InvokeFunction'],
              Resource: { 'Fn::GetAtt': ['ReportLambdaFunction', 'Arn'] },
            },
          ],
        },
      },
    ],
  },
}

/** By what they say: one that changes becomes another, and its order in the file means nothing. */
function logicalId({ expression, timeZone }) {
  return `ReportSchedule${createHash('sha256').update(`${expression} ${timeZone}`).digest('hex').slice(0, 12)}`
}

module.exports = () => {
  const schedules = readSchedules()
  if (schedules.length === 0) return { Resources: {} }
  return {
    Resources: {
      ReportScheduleGroup: {
        Type: 'AWS::Scheduler::ScheduleGroup',
        Properties: { Name: `\${self:service}-\${sls:stage}` },
      },
      ReportScheduleRole: role,
      ...Object.fromEntries(schedules.map((one) => [logicalId(one), schedule(one)])),
    },
  }
}
