import { describe, expect, it } from 'vitest'
import { boundRoles, parsePlace, useExistingBucket } from '../../../../infra/serverless/adapt-template.mjs'

const ofBucket = { 'Fn::GetAtt': ['VitalsBucket', 'Arn'] }

function templateWith(value: unknown) {
  return { Resources: { VitalsBucket: {}, VitalsBucketPolicy: {}, Other: { Properties: { value } } }, Outputs: {} }
}

function replaced(value: unknown, url: string): unknown {
  const template = templateWith(value)
  useExistingBucket(template, url)
  expect(Object.keys(template.Resources)).toEqual(['Other'])
  return template.Resources.Other.Properties.value
}

describe('a bucket that exists', () => {
  const arn = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${resource}`]] })

  it.each([
    [{ Ref: 'VitalsBucket' }, 'data'],
    [ofBucket, arn('data')],
    [{ 'Fn::Join': ['/', [ofBucket, 'state/v1/*']] }, arn('data/fleet/state/v1/*')],
    [{ 'Fn::Sub': `s3://\${VitalsBucket}` }, 's3://data/fleet'],
    [{ deep: [{ Ref: 'VitalsBucket' }, { Ref: 'Another' }] }, { deep: ['data', { Ref: 'Another' }] }],
    [{ Ref: 'VitalsBucketeer' }, { Ref: 'VitalsBucketeer' }],
  ])('takes the place of %j', (given, expected) => {
    expect(replaced(given, 's3://data/fleet')).toEqual(expected)
  })

  it.each([
    [{ 'Fn::Sub': `arn:aws:s3:::\${VitalsBucket}/*` }],
    [{ 'Fn::GetAtt': ['VitalsBucket', 'DomainName'] }],
    [{ 'Fn::Join': ['/', [ofBucket, 'state', '*']], and: { 'Fn::GetAtt': ['VitalsBucket', 'WebsiteURL'] } }],
  ])('is never half of it: %j is refused', (given) => {
    expect(() => replaced(given, 's3://data')).toThrow('Other refers to VitalsBucket in a way that is not known')
  })

  it.each([
    ['s3://data', { name: 'data', keysBelow: '', url: 's3://data' }],
    ['s3://data/', { name: 'data', keysBelow: '', url: 's3://data' }],
    ['s3://data.of-us/a/b//', { name: 'data.of-us', keysBelow: 'a/b/', url: 's3://data.of-us/a/b' }],
  ])('may be %s', (url, place) => {
    expect(parsePlace(url)).toEqual(place)
  })

  it.each(['data', 's3://', 's3://Data', 'https://data', 'file:///srv/data', 's3://data?path-style=true'])(
    'is refused as %s',
    (url) => {
      expect(() => parsePlace(url)).toThrow(`param bucket: ${url}: expected s3://name or s3://name/prefix`)
    },
  )
})

it('a boundary bounds every role, and nothing else', () => {
  const template = {
    Resources: {
      One: { Type: 'AWS::IAM::Role', Properties: {} },
      Two: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'another' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    },
  }
  boundRoles(template, 'arn')
  expect(Object.values(template.Resources).map(({ Properties }) => Properties)).toEqual([
    { PermissionsBoundary: 'arn' },
    { PermissionsBoundary: 'arn' },
    {},
  ])
})
