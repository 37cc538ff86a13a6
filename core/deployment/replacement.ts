/**
 * Which changes CloudFormation makes by a new resource in the place of the old one, and what is lost with that. Properties by
 * type, for the types of this stack; https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ has "Update
 * requires: Replacement" at each. Of a type that does not stand here nothing is known, and it is said so.
 */
const replacedBy: Readonly<Record<string, readonly string[] | 'all'>> = {
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::Events::Rule': ['Name'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName', 'Path', 'Description'],
  'AWS::IAM::Policy': ['PolicyName'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::KMS::Key': [],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName', 'Qualifier'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Lambda::LayerVersion': 'all',
  'AWS::Lambda::Permission': 'all',
  'AWS::Lambda::Url': ['TargetFunctionArn', 'Qualifier'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Logs::MetricFilter': ['FilterName', 'LogGroupName'],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'BucketNamespace'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SNS::Subscription': ['Endpoint', 'Protocol', 'TopicArn'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SNS::TopicPolicy': [],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::Scheduler::Schedule': ['Name'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
  'AWS::SecretsManager::Secret': ['Name'],
}

/** What is in one of these is gone with it. */
const held: Readonly<Record<string, string>> = {
  'AWS::KMS::Key': 'what it encrypted can be read no more',
  'AWS::Lambda::Url': 'the links in all mails end, since the address of the site is another one then',
  'AWS::Logs::LogGroup': 'the logs in it',
  'AWS::S3::Bucket': 'the history of all hosts, and agents send to the one before',
  'AWS::SNS::Topic': 'its confirmed addresses: each must confirm again',
  'AWS::SQS::Queue': 'the messages in it',
  'AWS::SecretsManager::Secret': 'the links in all mails end, since another key signs',
}

/** `path`: from the properties, e.g. `Environment.Variables.MONITOR_SHARDS`. */
export function isReplacedBy(type: string, path: string): boolean {
  const properties = replacedBy[type]
  if (properties === 'all') return true
  const [first = ''] = path.split(/[.[]/)
  return properties?.includes(first) === true
}

export function isKnownType(type: string): boolean {
  return Object.hasOwn(replacedBy, type)
}

/** What is lost when such a resource goes; absent: it is made anew as it was. */
export function lossOf(type: string): string | undefined {
  return Object.hasOwn(held, type) ? held[type] : undefined
}
