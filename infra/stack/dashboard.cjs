/**
 * A dashboard of Vitals itself: its alarms, what its functions do and how long they take, what waits, and what they complain of.
 * The first three of an account are free, others $3 a month; `--param dashboard=off` leaves it out.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const functions = ['evaluate', 'notify', 'rollup', 'report', 'open']
const stack = `\${self:service}-\${sls:stage}`
/** What CloudFormation fills in stands in the text as `<Name>` or `<Name.Attribute>`. */
const region = '<AWS::Region>'

const colour = { bad: '#d13212', good: '#2ca02c' }
const columns = 24

function graph(title, metrics, properties = {}) {
  return {
    type: 'metric',
    properties: { title, region, view: 'timeSeries', stat: 'Sum', period: 300, metrics, ...properties },
  }
}

const ofFunctions = (metric, options = {}) =>
  functions.map((name) => ['AWS/Lambda', metric, 'FunctionName', `${stack}-${name}`, { label: name, ...options }])

const ofVitals = (metric, options) => ['Vitals', metric, 'service', stack, options]

function alarmsIn(alarms) {
  return { type: 'alarm', properties: { title: 'Alarms', alarms: alarms.map((name) => `<${name}.Arn>`) } }
}

/** Whatever a function says as an error, of all of them. */
const complaints = {
  type: 'log',
  properties: {
    title: 'Errors in the logs',
    region,
    view: 'table',
    query: [
      functions.map((name) => `SOURCE '/aws/lambda/${stack}-${name}'`).join(' | '),
      'fields @timestamp, @log, coalesce(event, @message) as what, reason',
      'filter level = "error" or @message like /Task timed out|Runtime exited|"errorType"/',
      'sort @timestamp desc',
      'limit 50',
    ].join(' | '),
  },
}

const rows = (alarms) => [
  [4, [alarmsIn(alarms)]],
  [
    6,
    [
      graph('Runs of functions', ofFunctions('Invocations')),
      graph('Runs that failed', [
        ...ofFunctions('Errors'),
        ['AWS/SQS', 'NumberOfMessagesSent', 'QueueName', '<Failures.QueueName>', { label: 'failed for good' }],
      ]),
      graph('Runs that had to wait', ofFunctions('Throttles')),
    ],
  ],
  [
    6,
    [
      graph('Duration, the slowest run (ms)', ofFunctions('Duration', { stat: 'Maximum' })),
      graph('Duration, half of the runs (ms)', ofFunctions('Duration', { stat: 'p50' })),
      graph('How long what woke them waited (ms)', ofFunctions('AsyncEventAge', { stat: 'Maximum' })),
    ],
  ],
  [
    6,
    [
      graph('Snapshots taken', [ofVitals('SnapshotsTaken', { color: colour.good })]),
      graph('Objects that wait in the inbox', [ofVitals('InboxWaiting', { stat: 'Maximum' })]),
      graph('Age (s)', [
        ofVitals('InboxOldestAge', { stat: 'Maximum', label: 'of the oldest object of the inbox', color: colour.bad }),
        ofVitals('AgentDataAge', { stat: 'Minimum', label: 'of the newest data of any agent' }),
      ]),
    ],
  ],
  [
    6,
    [
      graph('Bytes in the bucket', [bucketMetric('BucketSizeBytes', 'StandardStorage')], daily),
      graph('Objects in the bucket', [bucketMetric('NumberOfObjects', 'AllStorageTypes')], daily),
      graph('Mails of this account in this region', [
        ['AWS/SES', 'Send', { label: 'sent' }],
        ['AWS/SES', 'Bounce', { label: 'bounced', color: colour.bad }],
        ['AWS/SES', 'Reject', { label: 'refused' }],
      ]),
    ],
  ],
  [8, [complaints]],
]

/** S3 tells these once a day. */
const daily = { stat: 'Average', period: 86_400 }

function bucketMetric(metric, storage) {
  return ['AWS/S3', metric, 'BucketName', '<VitalsBucket>', 'StorageType', storage]
}

/** Rows one below the other, the widgets of each side by side. */
function placed(all) {
  let y = 0
  return all.flatMap(([height, widgets]) => {
    const width = columns / widgets.length
    const row = widgets.map((widget, index) => ({ x: index * width, y, width, height, ...widget }))
    y += height
    return row
  })
}

/** Fn::Join and not Fn::Sub: `${…}` in these files is the framework's. */
function filledIn(text) {
  const parts = text.split(/<([A-Za-z]+(?:::[A-Za-z]+)?(?:\.[A-Za-z]+)?)>/)
  return { 'Fn::Join': ['', parts.map((part, index) => (index % 2 === 0 ? part : reference(part)))] }
}

function reference(name) {
  return name.includes('.') ? { 'Fn::GetAtt': name.split('.') } : { Ref: name }
}

module.exports = async ({ resolveVariable }) => {
  const wanted = await resolveVariable('param:dashboard')
  if (wanted === 'off') return { Resources: {} }
  if (wanted !== 'on') throw new Error(`param dashboard: ${wanted}: expected on or off`)
  const { Resources: alarms } = await require('./alarms.cjs')({ resolveVariable })
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: stack,
          DashboardBody: filledIn(JSON.stringify({ start: '-P1D', widgets: placed(rows(Object.keys(alarms))) })),
        },
      },
    },
  }
}
