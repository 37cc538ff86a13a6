const { topics } = require('./receivers.cjs')

/**
 * What each function may do: a role a function. Keys are those of core/keys.ts. Tests hold each table to what the functions do, in both
 * directions: in memory with lost answers (test/unit/infra/stack/roles.test.ts), deployed by what they ask AWS for
 * (test/localstack/role-use.ts), and by what must be refused (test/unit/infra/stack/describe-roles.ts).
 */
const may = {
  evaluate: {
    read: ['vitals.json', 'state/v1/*', 'inbox/v1/*', 'site/now/*', 'control/v1.json', 'heartbeat/v1.json'],
    write: [
      'vitals.json',
      'state/v1/*',
      'log/v1/*',
      'checkpoints/v1/*',
      'notices/v1/open/*',
      'rejected/v1/*',
      'site/now/*',
      'probe/v1/*',
      'heartbeat/v1.json',
    ],
    remove: ['inbox/v1/*', 'probe/v1/*'],
    also: [invoke('notify'), keepFailures()],
  },
  notify: {
    read: ['vitals.json', 'state/v1/*', 'notices/v1/open/*', 'rollups/v1/5m/*'],
    write: ['notices/v1/open/*', 'notices/v1/done/*'],
    remove: ['notices/v1/open/*'],
    also: [sendMail(), ...topics.map((topic) => allow(['sns:Publish'], topic))],
  },
  rollup: {
    read: ['vitals.json', 'state/v1/*', 'log/v1/*', 'lake/*', 'rollups/v1/*'],
    write: ['lake/*', 'rollups/v1/*', 'site/day/*'],
    remove: ['log/v1/*', 'checkpoints/v1/*'],
    // Of many shards it hands some on to runs beside it.
    also: [invoke('rollup'), keepFailures()],
  },
  report: {
    read: [
      'vitals.json',
      'rollups/v1/5m/*',
      'rollups/v1/1h/*',
      'rollups/v1/1d/*',
      'site/now/*',
      'site/reports/index.json',
      'slots/v1/*',
    ],
    write: ['site/reports/*', 'slots/v1/*'],
    remove: [],
    also: [sendMail(), keepFailures()],
  },
  open: {
    read: ['vitals.json', 'notices/v1/*', 'site/*', 'limits/v1/*', 'heartbeat/v1.json', 'control/v1.json'],
    write: ['limits/v1/*', 'control/v1.json'],
    remove: [],
    also: [invoke('report')],
  },
}

function roleOf(name, { read, write, remove, also }) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: name,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              writeLogs(name),
              // Without it the store answers 403 for a key that is missing, and not 404.
              allow(['s3:ListBucket'], { 'Fn::GetAtt': ['VitalsBucket', 'Arn'] }),
              ...onObjects('s3:GetObject', read),
              ...onObjects('s3:PutObject', write),
              ...onObjects('s3:DeleteObject', remove),
              ...also,
            ],
          },
        },
      ],
    },
  }
}

function onObjects(action, keys) {
  // Fn::Join and not Fn::Sub: `${…}` in these files is the framework's.
  const arnOf = (key) => ({ 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['VitalsBucket', 'Arn'] }, key]] })
  return keys.length === 0 ? [] : [allow([action], keys.map(arnOf))]
}

function writeLogs(name) {
  const group = `log-group:/aws/lambda/\${self:service}-\${sls:stage}-${name}:*`
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arn('logs', group))
}

function invoke(name) {
  return allow(['lambda:InvokeFunction'], arn('lambda', `function:\${param:${name}Function}`))
}

/** Lambda does it in the function's name: infra/stack/failures.yml. */
function keepFailures() {
  return allow(['sqs:SendMessage'], { 'Fn::GetAtt': ['Failures', 'Arn'] })
}

/** From the one address that the stack was told; to whom, SES knows no resource for. */
function sendMail() {
  return {
    ...allow(['ses:SendRawEmail'], '*'),
    Condition: { StringEquals: { 'ses:FromAddress': `\${env:MONITOR_MAIL_FROM, 'vitals@localhost'}` } },
  }
}

function arn(service, resource) {
  const region = { Ref: 'AWS::Region' }
  const account = { Ref: 'AWS::AccountId' }
  return { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, service, region, account, resource]] }
}

function allow(Action, Resource) {
  return { Effect: 'Allow', Action, Resource }
}

module.exports = {
  Resources: Object.fromEntries(
    Object.entries(may).map(([name, rights]) => [`${name[0].toUpperCase()}${name.slice(1)}Role`, roleOf(name, rights)]),
  ),
}
