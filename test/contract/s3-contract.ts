/** What every store of S3 must do, beside the contract of buckets: asked of a real one, by the SDK's own client as well. */
import { randomBytes } from 'node:crypto'
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { probeConditionalWrites } from '../../adapters/bucket/probe.ts'
import { openReadyBucket } from '../../adapters/bucket/ready.ts'
import { openS3Bucket } from '../../adapters/bucket/s3.ts'
import { systemRandom } from '../../adapters/clock/system.ts'
import { silentLog } from '../../adapters/log/port.ts'

/** A bucket of the store that the environment names. Each has a name that no other run has: one store serves all. */
export async function makeBucket({ isVersioned = false } = {}): Promise<string> {
  const client = new S3Client({ forcePathStyle: true })
  const Bucket = `s3-${randomBytes(6).toString('hex')}`
  await client.send(new CreateBucketCommand({ Bucket }))
  if (isVersioned) {
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  return Bucket
}

/** How another process opens a bucket of it. */
export const elsewhere = ({ url }: { url: string }) => ({
  module: new URL('../../adapters/bucket/open.ts', import.meta.url).href,
  url,
})

export interface S3UnderTest {
  /** Whether it has buckets with versions. */
  hasVersions: boolean
  /** Of `strangeKeys`, those that it takes from nobody, or keeps under another name. */
  otherwise?: Readonly<Record<string, 'refused' | { keptAs: string }>>
}

/** None of ours. */
const strangeKeys = [
  'a b',
  'a+b',
  'a%2fb',
  'a\tb',
  'ä',
  '<&>',
  '\u{1f600}',
  'a"\'b',
  'a#?',
  '~',
  ' ',
  'a//b',
  '.x',
  'x/.',
]

export function describeS3Store(name: string, { hasVersions, otherwise = {} }: S3UnderTest): void {
  describe(name, () => {
    const client = () => new S3Client({ forcePathStyle: true })

    it('honours conditional writes, and is laid out', async () => {
      for (const isVersioned of hasVersions ? [false, true] : [false]) {
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
      for (const key of strangeKeys) {
        const put = client().send(new PutObjectCommand({ Bucket, Key: `p/${key}`, Body: 'strange' }))
        const isTaken = await put.then(
          () => true,
          () => false,
        )
        expect([key, isTaken]).toEqual([key, otherwise[key] !== 'refused'])
      }
      const kept = strangeKeys.flatMap((key) => {
        const one = otherwise[key]
        return one === 'refused' ? [] : [one?.keptAs ?? key]
      })
      const listed = (await bucket.list('')).objects.map(({ key }) => key)
      expect(listed.toSorted()).toEqual(kept.toSorted())
      for (const key of listed) expect(Buffer.from((await bucket.get(key))?.body ?? []).toString()).toBe('strange')
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

    it('keeps of an object nothing of how it was sent: no encoding, however large, whatever the condition', async () => {
      const Bucket = await makeBucket()
      const bucket = await openS3Bucket(`s3://${Bucket}`)
      await bucket.put('small', Buffer.from('x'))
      await bucket.put('absent', Buffer.from('x'), { ifAbsent: true })
      await bucket.put('large', Buffer.alloc(6 * 1024 * 1024, 'x'))
      for (const Key of ['small', 'absent', 'large']) {
        const { ContentEncoding } = await client().send(new HeadObjectCommand({ Bucket, Key }))
        expect([Key, ContentEncoding]).toEqual([Key, undefined])
      }
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
}
