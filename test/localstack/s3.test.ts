/** S3 as it is on LocalStack: the contract of buckets, between processes, and what only a real store can be asked. */
import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { probeConditionalWrites } from '../../adapters/bucket/probe.ts'
import { openReadyBucket } from '../../adapters/bucket/ready.ts'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { systemRandom } from '../../adapters/clock/system.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { describeBucketContract } from '../contract/bucket-contract.ts'
import { useLocalStack } from './use.ts'

const endpoint = useLocalStack()
const client = new S3Client({ endpoint, forcePathStyle: true })

/** Each has a name that no other run has: one LocalStack serves all. */
async function makeBucket({ isVersioned = false } = {}): Promise<string> {
  const Bucket = `s3-${randomBytes(6).toString('hex')}`
  await client.send(new CreateBucketCommand({ Bucket }))
  if (isVersioned) {
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  return Bucket
}

const elsewhere = ({ url }: { url: string }) => ({
  module: new URL('../../adapters/bucket/open.ts', import.meta.url).href,
  url,
})

describeBucketContract('a whole bucket of S3', {
  open: async () => openS3Bucket(`s3://${await makeBucket()}`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  rounds: 10,
})

describeBucketContract('a part of a versioned bucket of S3', {
  open: async () => openS3Bucket(`s3://${await makeBucket({ isVersioned: true })}/${'deep/'.repeat(24)}par`),
  openElsewhere: elsewhere,
  readsAnyKey: true,
  rounds: 10,
})

describe('S3 on LocalStack', () => {
  it('honours conditional writes, and is laid out', async () => {
    for (const isVersioned of [false, true]) {
      const bucketUrl = `s3://${await makeBucket({ isVersioned })}/vitals`
      const bucket = await openS3Bucket(bucketUrl)
      expect(await probeConditionalWrites({ bucket, random: systemRandom })).toEqual({ honours: true })
      const settings = { bucketUrl, shardCount: 16 as const, singleWriter: false }
      expect((await openReadyBucket({ settings, random: systemRandom, log: silentLog })).shardCount).toBe(16)
      expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(['vitals.json'])
    }
  })

  it('lists, reads and deletes what others put there, under whatever key', async () => {
    const Bucket = await makeBucket()
    const bucket = await openS3Bucket(`s3://${Bucket}/p`)
    const keys = ['a b', 'a+b', 'a%2fb', 'a\tb', 'ä', '<&>', '\u{1f600}', 'a"\'b', 'a#?', '~', ' ', 'a//b', '.x', 'x/.']
    for (const key of keys) await client.send(new PutObjectCommand({ Bucket, Key: `p/${key}`, Body: key }))
    const listed = (await bucket.list('')).objects.map(({ key }) => key)
    expect(listed.toSorted()).toEqual(keys.toSorted())
    for (const key of keys) expect(Buffer.from((await bucket.get(key))?.body ?? []).toString()).toBe(key)
    await bucket.delete(listed)
    expect(await bucket.list('')).toEqual({ objects: [], more: false })
  })

  it('gives a link that a browser can open, with the kind of its content', async () => {
    const bucket = await openS3Bucket(`s3://${await makeBucket()}/p`)
    await bucket.put('site/reports/1/index.html', Buffer.from('<p>report</p>'))
    const answer = await fetch((await bucket.presign?.('site/reports/1/index.html')) ?? '')
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await answer.text()).toBe('<p>report</p>')
  })

  it('says of a bucket that is not there that it is not', async () => {
    const bucket = await openS3Bucket(`s3://never-made-${randomBytes(6).toString('hex')}`)
    const calls = [
      () => bucket.get('k'),
      () => bucket.put('k', Buffer.from('x')),
      () => bucket.put('k', Buffer.from('x'), { ifAbsent: true }),
      () => bucket.put('k', Buffer.from('x'), { ifMatches: '"0"' }),
      () => bucket.list(''),
      () => bucket.delete(['a']),
      () => bucket.delete(['a', 'b']),
    ]
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        effect: 'none',
        message: expect.stringContaining('there is no bucket'),
      })
    }
  })
})
