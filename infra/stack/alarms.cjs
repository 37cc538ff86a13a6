/**
 * Alarms of Vitals itself, told to the topic of alarm-topic.cjs when they begin and when they are over. docs/operations.md
 * has a runbook for each. CloudWatch bills each metric that one looks at ($0.10 a month); a test holds the README to the sum.
 */

/** By function: so many errors in so many minutes are no chance. What is repeated by itself fails twice a run. */
const errors = {
  evaluate: { count: 3, minutes: 5 },
  notify: { count: 3, minutes: 5 },
  rollup: { count: 2, minutes: 60 },
  report: { count: 2, minutes: 15 },
  open: { count: 5, minutes: 5 },
}
const throttles = { count: 5, minutes: 15 }
/** Of its timeout: what takes longer soon ends in the middle. */
const longShare = 0.8
/** A notice waits no longer to be told. */
const waitsMs = 120_000
/** A run takes what has come; what stays so long is taken by none. */
const inboxSeconds = 900
/** Hosts that are silent are told much earlier, each by a notice: this is for when no notice comes. */
const silenceSeconds = 1_800

const stoppedWords = `No run of evaluate has ended well for ten minutes: no alert is decided, and nobody is told of any host. Look at its log, /aws/lambda/\${self:service}-\${sls:stage}-evaluate, and whether its schedule is enabled.`

function alarmsOf(name, timeoutSeconds) {
  const { count, minutes } = errors[name]
  const longMs = timeoutSeconds * 1_000 * longShare
  return {
    Errors: {
      ...ofFunction(name, 'Errors', 'Sum'),
      ...above(count, minutes),
      AlarmDescription: `${name} failed ${count} times or more within ${minutes} minutes. Its log says why: /aws/lambda/\${self:service}-\${sls:stage}-${name}.`,
    },
    Throttles: {
      ...ofFunction(name, 'Throttles', 'Sum'),
      ...above(throttles.count, throttles.minutes),
      AlarmDescription: `${name} was not run ${throttles.count} times or more within ${throttles.minutes} minutes, since too much runs in this account at once. Ask for a higher limit of concurrent executions.`,
    },
    Duration: {
      ...ofFunction(name, 'Duration', 'Maximum'),
      ...above(longMs, 5),
      AlarmDescription: `A run of ${name} took more than ${longMs / 1_000} s of the ${timeoutSeconds} s that it has; then it is ended in the middle, and begins anew. Give it more memory, which is more CPU, or more time: functions/${name}/function.yml.`,
    },
  }
}

const others = {
  EvaluateStopped: {
    Metrics: [
      { Id: 'succeeded', Label: 'Runs that ended well', Expression: 'invocations - errors' },
      ...['Invocations', 'Errors'].map((MetricName) => ({
        Id: MetricName.toLowerCase(),
        ReturnData: false,
        MetricStat: { Metric: metricOf('evaluate', MetricName), Period: 60, Stat: 'Sum' },
      })),
    ],
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    EvaluationPeriods: 10,
    // What does not run tells no number: that is what this one is for.
    TreatMissingData: 'breaching',
    AlarmDescription: stoppedWords,
  },
  NotifyLate: {
    ...ofFunction('notify', 'AsyncEventAge', 'Maximum'),
    ...above(waitsMs, 5),
    AlarmDescription: `What woke notify waited ${waitsMs / 1_000} s or more until it ran: mails are late. It is throttled, or Lambda is slow in this region.`,
  },
  // What came, not what is there: the alarm ends without anybody emptying the queue, and each new failure is told anew.
  FailuresWait: {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Failures', 'QueueName'] } }],
    Statistic: 'Sum',
    ...above(1, 15),
    AlarmDescription:
      'Within 15 minutes a run of evaluate, rollup or report failed for good, or never began: the queue Failures of the stack says which, and of what, for 14 days. The next run does what it did not.',
  },
  InboxOld: {
    ...ofVitals('InboxOldestAge', 'Maximum'),
    ...above(inboxSeconds, 5),
    AlarmDescription: `What agents have sent has waited in the inbox for ${inboxSeconds / 60} minutes: evaluate runs and does not take it. Too much came for one run, it is of a newer version than this stack, or one host's input can't be taken; the log of evaluate says which.`,
  },
  AgentsSilent: {
    ...ofVitals('AgentDataAge', 'Minimum'),
    ...above(silenceSeconds, 5),
    AlarmDescription: `Nothing has come of any agent for ${silenceSeconds / 60} minutes, of all hosts at once: look at what they share, the network, their credentials, the policy of the bucket.`,
  },
}

/** What evaluate tells of itself (core/figures.ts). */
function ofVitals(MetricName, Statistic) {
  const Dimensions = [{ Name: 'service', Value: `\${self:service}-\${sls:stage}` }]
  return { Namespace: 'Vitals', MetricName, Dimensions, Statistic }
}

function ofFunction(name, MetricName, Statistic) {
  return { ...metricOf(name, MetricName), Statistic }
}

function metricOf(name, MetricName) {
  const Dimensions = [{ Name: 'FunctionName', Value: { Ref: `${capital(name)}LambdaFunction` } }]
  return { Namespace: 'AWS/Lambda', MetricName, Dimensions }
}

/** One that does not run is for EvaluateStopped alone to tell. */
function above(Threshold, minutes) {
  return {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold,
    Period: minutes * 60,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  }
}

function alarm(name, properties) {
  const told = [{ Ref: 'Alarms' }]
  const shortName = name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()
  const AlarmName = `\${self:service}-\${sls:stage}-${shortName}`
  const AlarmDescription = `${properties.AlarmDescription} Runbook: docs/operations.md, ${shortName}.`
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { AlarmName, AlarmActions: told, OKActions: told, ...properties, AlarmDescription },
  }
}

function capital(name) {
  return `${name[0].toUpperCase()}${name.slice(1)}`
}

module.exports = async ({ resolveVariable }) => {
  const all = { ...others }
  for (const name of Object.keys(errors)) {
    const timeoutSeconds = await resolveVariable(`self:functions.${name}.timeout`)
    for (const [kind, properties] of Object.entries(alarmsOf(name, timeoutSeconds))) {
      all[`${capital(name)}${kind}`] = properties
    }
  }
  return {
    Resources: Object.fromEntries(
      Object.entries(all).map(([name, properties]) => [`${name}Alarm`, alarm(name, properties)]),
    ),
  }
}
