import { describe, expect, it } from 'vitest'
import { openBucketPolicy } from '../../../../../adapters/bucket/s3/policy.ts'
import { systemClock, systemRandom } from '../../../../../adapters/clock/system.ts'
import { withRevoked } from '../../../../../core/revoked-hosts.ts'
import { fails, says, showsPage, stubAwsEnvironment, useStoreServer } from './store-server.ts'

const store = useStoreServer()
const bucketUrl = 's3://vitals/prefix'
const revoked = withRevoked(undefined, { bucketUrl, host: 'web-1' })

function open() {
  stubAwsEnvironment({ AWS_ENDPOINT_URL: store.url })
  return openBucketPolicy(bucketUrl, { clock: systemClock, random: systemRandom })
}

const json = { 'content-type': 'application/json' }

describe('the policy of a bucket', () => {
  it('is read and written as a whole', async () => {
    store.answers(says(200, JSON.stringify(revoked), json), says(204))
    const policy = await open()
    expect(await policy.read()).toEqual(revoked)
    await policy.write(revoked)
    expect(store.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /vitals/?policy=',
      'PUT /vitals/?policy=',
    ])
    expect(JSON.parse(store.asked[1]?.body ?? '')).toEqual(revoked)
  })

  it('is read where its one statement stands without a list', async () => {
    const [Statement] = revoked.Statement
    store.answers(says(200, JSON.stringify({ ...revoked, Statement }), json))
    expect(await (await open()).read()).toEqual(revoked)
  })

  it('may be missing, and may be removed', async () => {
    store.answers(fails(404, 'NoSuchBucketPolicy'), says(204))
    const policy = await open()
    expect(await policy.read()).toBeUndefined()
    await policy.write(undefined)
    expect(store.asked[1]?.method).toBe('DELETE')
  })

  it.each([
    [
      403,
      'AccessDenied',
      'these credentials need s3:GetBucketPolicy, s3:PutBucketPolicy and s3:DeleteBucketPolicy on arn:aws:s3:::vitals',
    ],
    [501, 'NotImplemented', 'this store has no policies of buckets: take the key of the host away there'],
    [405, 'MethodNotAllowed', 'this store has no policies of buckets: take the key of the host away there'],
    [404, 'NoSuchBucket', 'there is no bucket vitals'],
    [403, 'InvalidAccessKeyId', 'check AWS_ACCESS_KEY_ID'],
  ])('is refused with %i %s: says what to do', async (status, code, remedy) => {
    store.answers(fails(status, code))
    const policy = await open()
    await expect(policy.read()).rejects.toThrow(`get the policy of the bucket in ${bucketUrl}: ${code} (${status})`)
    await expect(policy.read()).rejects.toThrow(remedy)
    await expect(policy.write(revoked)).rejects.toThrow(remedy)
  })

  it('is none that a store gives: says so, and nothing is written over it', async () => {
    store.answers(showsPage())
    await expect((await open()).read()).rejects.toThrow(`get the policy of the bucket in ${bucketUrl}:`)
  })
})
