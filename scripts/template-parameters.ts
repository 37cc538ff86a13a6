/** What the framework packaged, with parameters for all that a deployment by the framework would have been told: pure. */
import { settingDescriptions } from '../core/settings.ts'
import { replaceBucket } from '../infra/serverless/adapt-template.mjs'

export interface Template {
  Parameters?: Record<string, Parameter>
  Conditions?: Record<string, unknown>
  Resources: Record<string, Resource>
  Outputs: Record<string, { Value: unknown; Description?: string }>
}

interface Resource {
  Type: string
  Condition?: string
  Properties: {
    Code?: { S3Bucket?: unknown; S3Key?: unknown }
    Environment?: { Variables: Record<string, unknown> }
    PermissionsBoundary?: unknown
  }
}

interface Parameter {
  Type: 'String'
  Description: string
  Default?: string
  NoEcho?: true
}

/** What a value is while the framework has it; nothing else of a template looks so. */
const placeholder = (name: string) => `@@${name}@@`
const placeholderPattern = /@@([A-Za-z0-9]+)@@/

/** What the template itself decides, or its files. */
const decided = ['MONITOR_BUCKET', 'MONITOR_SITE_URL', 'MONITOR_VITALS_FILE', 'MONITOR_LOG_DIR']
const parameterSettings = settingDescriptions.filter(({ name }) => !decided.includes(name))

export const placeholders = {
  settings: Object.fromEntries(parameterSettings.map(({ name }) => [name, placeholder(parameterName(name))])),
  params: { alarmTo: placeholder('AlarmTo') },
}

/** Where the packaged stack's default is not the setting's own; undefined: whoever deploys must say it. */
const defaults: Readonly<Record<string, string | undefined>> = {
  MONITOR_MAIL: 'ses',
  MONITOR_MAIL_FROM: undefined,
  MONITOR_MAIL_TO: undefined,
  MONITOR_TIME_ZONE: 'UTC',
}

const always: Record<string, Parameter> = {
  CodeBucket: { Type: 'String', Description: 'The bucket, in this region, that has the zips of the functions.' },
  CodePrefix: { Type: 'String', Description: 'What their keys begin with: vitals/1/, for instance.', Default: '' },
  AlarmTo: {
    Type: 'String',
    Description: 'A mail address that is told when Vitals itself is ill. It must confirm, once.',
  },
  Bucket: { Type: 'String', Description: 'A bucket that exists; empty: the stack makes one.', Default: '' },
  PermissionsBoundary: {
    Type: 'String',
    Description: 'ARN of a policy that bounds every role; empty: none.',
    Default: '',
  },
}

/** `keys`: of the zips below CodePrefix, by function. */
export function withParameters(packaged: Template, keys: Readonly<Record<string, string>>): Template {
  const template = structuredClone(packaged)
  for (const name of ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy']) delete template.Resources[name]
  delete template.Outputs.ServerlessDeploymentBucketName
  const secrets = nameSecrets(template)
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') Properties.Code = codeOf(Properties.Code?.S3Key, keys)
    if (Type === 'AWS::IAM::Role')
      Properties.PermissionsBoundary = either('HasBoundary', ref('PermissionsBoundary'), none)
  }
  useEitherBucket(template)
  const found = new Set<string>()
  const { Resources, Outputs } = filledIn(
    { Resources: template.Resources, Outputs: template.Outputs },
    found,
  ) as Template
  return {
    Parameters: { ...always, ...settingParameters(found), ...secrets },
    Conditions: {
      MakesBucket: { 'Fn::Equals': [ref('Bucket'), ''] },
      HasBoundary: { 'Fn::Not': [{ 'Fn::Equals': [ref('PermissionsBoundary'), ''] }] },
    },
    Resources,
    Outputs,
  }
}

function codeOf(packagedKey: unknown, keys: Readonly<Record<string, string>>) {
  const [, name = 'no zip'] = /([^/]+)\.zip$/.exec(String(packagedKey)) ?? []
  const key = keys[name]
  if (key === undefined) throw new Error(`${packagedKey}: expected the zip of ${Object.keys(keys).join(', ')}`)
  return { S3Bucket: ref('CodeBucket'), S3Key: { 'Fn::Sub': `\${CodePrefix}${key}` } }
}

/** Variables that are no settings and empty, as this shell has none of them: keys, and the secrets that receivers name. */
function nameSecrets(template: Template): Record<string, Parameter> {
  const secrets: Record<string, Parameter> = {}
  for (const { Properties } of Object.values(template.Resources)) {
    const { Variables = {} } = Properties.Environment ?? {}
    for (const [name, value] of Object.entries(Variables)) {
      if (value !== '' || name.startsWith('MONITOR_')) continue
      const parameter = parameterName(name)
      secrets[parameter] = { Type: 'String', Description: `${name} of the functions.`, Default: '', NoEcho: true }
      Variables[name] = ref(parameter)
    }
  }
  return secrets
}

function useEitherBucket(template: Template): void {
  const arnOf = (resource: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${resource}` })
  for (const name of ['VitalsBucket', 'VitalsBucketPolicy']) {
    const resource = template.Resources[name]
    if (resource) resource.Condition = 'MakesBucket'
  }
  replaceBucket(template, {
    name: either('MakesBucket', ref('VitalsBucket'), ref('Bucket')),
    url: either('MakesBucket', { 'Fn::Sub': `s3://\${VitalsBucket}` }, { 'Fn::Sub': `s3://\${Bucket}` }),
    arn: either('MakesBucket', { 'Fn::GetAtt': ['VitalsBucket', 'Arn'] }, arnOf(`\${Bucket}`)),
    arnOfKey: (key: string) =>
      either('MakesBucket', { 'Fn::Sub': `\${VitalsBucket.Arn}/${key}` }, arnOf(`\${Bucket}/${key}`)),
  })
}

function settingParameters(found: ReadonlySet<string>): Record<string, Parameter> {
  const used = parameterSettings.filter(({ name }) => found.has(parameterName(name)))
  return Object.fromEntries(
    used.map(({ name, meaning, defaultText }) => {
      const text = name in defaults ? defaults[name] : defaultText
      const parameter: Parameter = { Type: 'String', Description: `${name}: ${meaning}` }
      const hidden = name === 'MONITOR_SMTP_URL' ? ({ NoEcho: true } as const) : {}
      return [parameterName(name), { ...parameter, ...(text === undefined ? {} : { Default: text }), ...hidden }]
    }),
  )
}

/** A placeholder alone is a reference; in a text for people it is the parameter's name. */
function filledIn(node: unknown, found: Set<string>): unknown {
  if (typeof node === 'string') {
    const [whole, name = ''] = placeholderPattern.exec(node) ?? []
    if (whole === undefined) return node
    found.add(name)
    return whole === node ? ref(name) : node.replace(placeholderPattern, name)
  }
  if (Array.isArray(node)) return node.map((one) => filledIn(one, found))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, filledIn(one, found)]))
}

/** `MONITOR_KEEP_LOG_DAYS`: `KeepLogDays`. Names of parameters are letters and digits. */
function parameterName(variable: string): string {
  const words = variable
    .replace(/^(?:MONITOR|VITALS)_/, '')
    .toLowerCase()
    .split('_')
  return words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('')
}

function ref(name: string) {
  return { Ref: name }
}

function either(condition: string, yes: unknown, no: unknown) {
  return { 'Fn::If': [condition, yes, no] }
}

const none = { Ref: 'AWS::NoValue' }
