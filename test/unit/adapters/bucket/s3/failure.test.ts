/** What an operator reads when something is wrong: what was tried, what was said, what helps. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { openS3Bucket } from '../../../../../adapters/bucket/s3.ts'
import {
  type Answer,
  cutsOff,
  fails,
  hangs,
  patience,
  says,
  showsPage,
  stubAwsEnvironment,
  useStoreServer,
} from './store-server.ts'

const store = useStoreServer()

const away = (minutes: number) => ({ date: new Date(Date.now() + minutes * 60_000).toUTCString() })

const rows: [what: string, Answer, words: string[]][] = [
  ['a wrong key', fails(403, 'InvalidAccessKeyId'), ['InvalidAccessKeyId (403)', 'check AWS_ACCESS_KEY_ID']],
  ['a wrong secret', fails(403, 'SignatureDoesNotMatch'), ['check AWS_SECRET_ACCESS_KEY']],
  [
    'an expired token',
    fails(400, 'ExpiredToken', '<Token-0>tok</Token-0>'),
    ['the session is over: get new credentials'],
  ],
  ['a missing right', fails(403, 'AccessDenied'), ['these credentials need s3:PutObject on arn:aws:s3:::vitals/p/*']],
  ['403 and no word', says(403), ['it failed (403)', 's3:PutObject']],
  ['no such bucket', fails(404, 'NoSuchBucket'), ['there is no bucket vitals', 'aws s3 mb s3://vitals']],
  [
    'another region, by a redirect',
    fails(301, 'PermanentRedirect', '', { 'x-amz-bucket-region': 'eu-west-1' }),
    ['the bucket lies in another region: set AWS_REGION=eu-west-1'],
  ],
  [
    'another region, by the signature',
    fails(400, 'AuthorizationHeaderMalformed', '<Region>eu-north-1</Region>'),
    ['AuthorizationHeaderMalformed it said', 'set AWS_REGION=eu-north-1'],
  ],
  ['another region that is not told', fails(400, 'AuthorizationHeaderMalformed'), ["set AWS_REGION to the bucket's"]],
  ['a redirect and no word', says(301), ["set AWS_REGION to the bucket's"]],
  ['a clock that is slow', fails(403, 'RequestTimeTooSkewed', '', away(20)), ['is 20 minutes slow: set it']],
  ['a clock that is fast', fails(403, 'RequestTimeTooSkewed', '', away(-20)), ['is 20 minutes fast: set it']],
  ['throttling', fails(503, 'SlowDown'), ['SlowDown (503)', 'the store asks for less; it is tried again later']],
  ['throttling, elsewhere', fails(429, 'TooManyRequests'), ['the store asks for less']],
  ['what the store can not', fails(501, 'NotImplemented'), ['use one that knows conditional writes']],
  ['a web page', showsPage(), ['is there a web page or a proxy in its place?']],
  ['a web page for an error', showsPage(404), ['is there a web page or a proxy in its place?']],
  [
    'a page of a gateway',
    says(502, '<html><hr></html>'),
    [': it failed (502); the store, or what stands before it, failed'],
  ],
  ['no answer', hangs, ['TimeoutError', 'within 1 s: is it a store']],
  ['a connection that is cut', cutsOff, ['ECONNRESET', 'the connection was cut']],
]

describe('a failure of S3', () => {
  it.each(rows)('says of %s what it is and what helps', async (_, answer, words) => {
    store.answers(answer)
    const bucket = await store.open('s3://vitals/p')
    const error: unknown = await bucket
      .put('k', Buffer.from('x'), { ifAbsent: true })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'BucketError', operation: 'put', key: 'k' })
    const { message } = error as Error
    expect(message).toMatch(/^put k in s3:\/\/vitals\/p: /)
    for (const part of words) expect(message).toContain(part)
    expect(message).not.toMatch(/deserialization|inspect the hidden|@aws|@smithy|<html|undefined|\n/i)
  })

  it('keeps secrets and tokens out of all that may be printed', async () => {
    store.answers(
      fails(400, 'ExpiredToken', '<Token-0>session-token</Token-0><StringToSign>very-secret</StringToSign>'),
    )
    const bucket = await store.open()
    const error: unknown = await bucket.get('k').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ cause: { name: 'ExpiredToken', message: 'ExpiredToken it said' } })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/very-secret|session-token/)
  })

  const environments: [what: string, environment: Record<string, string | undefined>, words: string[]][] = [
    [
      'no region',
      { AWS_REGION: undefined },
      ['s3://vitals: Region is missing; set AWS_REGION, e.g. AWS_REGION=us-east-1'],
    ],
    ['no credentials', { AWS_ACCESS_KEY_ID: undefined }, ['CredentialsProviderError', 'set AWS_ACCESS_KEY_ID']],
    [
      'nobody there',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      ['ECONNREFUSED', '127.0.0.1:1', 'that the store runs'],
    ],
    ['no such host', { AWS_ENDPOINT_URL: 'http://no-such-host.invalid' }, ['no-such-host.invalid', 'AWS_ENDPOINT_URL']],
  ]
  it.each(environments)('says of %s what helps, and that nothing was written', async (_, environment, words) => {
    stubAwsEnvironment({ AWS_ENDPOINT_URL: store.url, ...environment })
    const bucket = await openS3Bucket('s3://vitals', { patience })
    const error: unknown = await bucket
      .put('k', Buffer.from('x'), { ifAbsent: true })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'BucketError', effect: 'none' })
    for (const part of words) expect((error as Error).message).toContain(part)
    expect(store.asked).toEqual([])
  })

  it("signs by the store's clock once it has seen it", async () => {
    const skewed = fails(403, 'RequestTimeTooSkewed', '', away(20))
    store.answers(skewed, says(200, '', { etag: '"e"', ...away(20) }))
    const bucket = await store.open()
    const put = () => bucket.put('k', Buffer.from('x'), { ifAbsent: true })
    await expect(put()).rejects.toMatchObject({ effect: 'none' })
    expect(await put()).toMatchObject({ outcome: 'written' })
    const [first, second] = store.asked.map(({ headers }) => signedAtMs(String(headers['x-amz-date'])))
    expect(Math.round(((second ?? 0) - (first ?? 0)) / 60_000)).toBe(20)
  })
})

function signedAtMs(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
}
