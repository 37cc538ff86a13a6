import { expect, it, test } from 'vitest'
import { compareTemplates, losses } from '../../../../core/deployment/compare.ts'
import type { Template, TemplateResource } from '../../../../core/deployment/template.ts'

const bucket: TemplateResource = { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: { Rules: [1] } } }
const queue: TemplateResource = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 60 } }
const evaluate: TemplateResource = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { Ref: 'Zips' }, S3Key: 'serverless/vitals/prod/1-then/evaluate.zip' },
    FunctionName: 'vitals-prod-evaluate',
    MemorySize: 512,
    Environment: { Variables: { MONITOR_BUCKET: { 'Fn::GetAtt': ['Data', 'Url'] }, MONITOR_CPU_THRESHOLD: '' } },
  },
}
const deployed: Template = { Resources: { Data: bucket, Failures: queue, Evaluate: evaluate } }

function change(name: string, properties: Record<string, unknown>, of: Template = deployed): Template {
  const resource = of.Resources[name]
  if (!resource) throw new Error(`no ${name}`)
  return {
    Resources: { ...of.Resources, [name]: { ...resource, Properties: { ...resource.Properties, ...properties } } },
  }
}

function compare(after: Template, code = 'same', before: Template | undefined = deployed) {
  return compareTemplates({
    ...(before ? { before: { template: before, code: { Evaluate: 'same' } } } : {}),
    after: { template: after, code: { Evaluate: code } },
  })
}

test('where nothing is deployed, all is new', () => {
  expect(compareTemplates({ after: { template: deployed, code: {} } })).toEqual([
    { action: 'create', id: 'Data', type: 'AWS::S3::Bucket' },
    { action: 'create', id: 'Failures', type: 'AWS::SQS::Queue' },
    { action: 'create', id: 'Evaluate', type: 'AWS::Lambda::Function' },
  ])
})

test('the same template is no change, wherever the framework put the zips, and in whatever order properties stand', () => {
  const later = change('Evaluate', {
    Environment: { Variables: { MONITOR_CPU_THRESHOLD: '', MONITOR_BUCKET: { 'Fn::GetAtt': ['Data', 'Url'] } } },
    Code: { S3Bucket: { Ref: 'Zips' }, S3Key: 'serverless/vitals/prod/2-now/evaluate.zip' },
  })
  expect(compare(later)).toEqual([])
})

test('a number and its text are the same to CloudFormation', () => {
  expect(compare(change('Failures', { MessageRetentionPeriod: '60' }))).toEqual([])
})

test('other code is a change, by what is in the zip', () => {
  expect(compare(deployed, 'other')).toMatchObject([
    { action: 'change', id: 'Evaluate', properties: [{ path: 'Code', before: 'same', after: 'other' }] },
  ])
})

it.each([
  ['Evaluate', { MemorySize: 1024 }, [{ path: 'MemorySize', before: 512, after: 1024 }]],
  [
    'Evaluate',
    { Environment: { Variables: { MONITOR_BUCKET: 's3://mine', MONITOR_CPU_THRESHOLD: '90' } } },
    [
      { path: 'Environment.Variables.MONITOR_BUCKET', before: { 'Fn::GetAtt': ['Data', 'Url'] }, after: 's3://mine' },
      { path: 'Environment.Variables.MONITOR_CPU_THRESHOLD', before: '', after: '90' },
    ],
  ],
  ['Data', { BucketEncryption: { Rules: [2] } }, [{ path: 'BucketEncryption.Rules[0]', before: 1, after: 2 }]],
  ['Data', { BucketEncryption: { Rules: [1, 2] } }, [{ path: 'BucketEncryption.Rules', before: [1], after: [1, 2] }]],
  ['Data', { Tags: [] }, [{ path: 'Tags', after: [] }]],
])('%s with %j is changed in that property', (id, properties, expected) => {
  expect(compare(change(id, properties))).toMatchObject([{ action: 'change', id, properties: expected }])
})

it.each([
  ['Data', { BucketName: 'another' }, /history of all hosts/],
  ['Failures', { QueueName: 'another' }, /messages/],
])('%s with %j is replaced, and what it holds would be lost', (id, properties, loss) => {
  const changes = compare(change(id, properties))
  expect(changes).toMatchObject([{ action: 'replace', id }])
  expect(losses(changes)).toEqual([{ id, type: deployed.Resources[id]?.Type, loss: expect.stringMatching(loss) }])
})

test('a function that is replaced loses nothing', () => {
  const changes = compare(change('Evaluate', { FunctionName: 'another' }))
  expect(changes).toMatchObject([{ action: 'replace', id: 'Evaluate' }])
  expect(losses(changes)).toEqual([])
})

test('what the template has no more is removed, with what it holds unless it is retained', () => {
  const { Data, ...rest } = deployed.Resources
  const removed = compare({ Resources: rest })
  expect(removed).toMatchObject([{ action: 'remove', id: 'Data', loss: expect.any(String) }])
  const retained: Template = { Resources: { ...rest, Data: { ...bucket, DeletionPolicy: 'Retain' } } }
  expect(compare({ Resources: rest }, 'same', retained)).toEqual([
    { action: 'remove', id: 'Data', type: 'AWS::S3::Bucket', kept: true },
  ])
  expect(losses(compare({ Resources: rest }, 'same', retained))).toEqual([])
})

test('another type under the same name is the one removed and the other made', () => {
  const other: Template = { Resources: { ...deployed.Resources, Failures: { Type: 'AWS::SNS::Topic' } } }
  expect(compare(other).map(({ action, type }) => [action, type])).toEqual([
    ['remove', 'AWS::SQS::Queue'],
    ['create', 'AWS::SNS::Topic'],
  ])
})

test('a resource may be called constructor', () => {
  const odd: Template = { Resources: { ...deployed.Resources, constructor: queue } }
  expect(compare(odd)).toEqual([{ action: 'create', id: 'constructor', type: 'AWS::SQS::Queue' }])
})
