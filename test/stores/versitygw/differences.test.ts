/** What versitygw does otherwise than S3, and what becomes of it: should it change, docs/stores.md does. */
import { Readable } from 'node:stream'
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { openS3Bucket } from '../../../adapters/bucket/s3.ts'
import { makeBucket } from '../../contract/s3-contract.ts'
import { useStore } from '../use.ts'

useStore()

it('keeps the encoding in which an object was sent in chunks: the adapter sends none', async () => {
  const Bucket = await makeBucket()
  const client = new S3Client({ forcePathStyle: true })
  const body = Buffer.alloc(100_000, 'x')
  const encodingOf = async (Key: string) => (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentEncoding
  // As the SDK sends a stream, with its checksum behind it.
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'stream', Body: Readable.from([body]), ContentLength: body.byteLength }),
  )
  expect(await encodingOf('stream')).toBe('aws-chunked')
  const bucket = await openS3Bucket(`s3://${Bucket}`)
  await bucket.put('ours', body)
  expect(await encodingOf('ours')).toBeUndefined()
})

it('refuses a key below a key, and one above: nothing is written, and why is said', async () => {
  const bucket = await openS3Bucket(`s3://${await makeBucket()}`)
  await bucket.put('file', Buffer.from('x'))
  await bucket.put('folder/file', Buffer.from('x'))
  for (const [key, reason] of [
    ['file/below', 'ObjectParentIsFile (409)'],
    ['folder', 'ExistingObjectIsDirectory (409)'],
  ] as const) {
    for (const condition of [undefined, { ifAbsent: true as const }]) {
      await expect(bucket.put(key, Buffer.from('x'), condition)).rejects.toMatchObject({
        effect: 'none',
        message: expect.stringContaining(reason),
      })
    }
  }
  expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(['file', 'folder/file'])
})

it('may say of a full page that there is more when nothing is left below its prefix: the next is empty', async () => {
  const bucket = await openS3Bucket(`s3://${await makeBucket()}`)
  for (const key of ['m/b/e/f', 'm/c/d/e/f']) await bucket.put(key, Buffer.from('x'))
  const full = await bucket.list('m/b', { limit: 1 })
  expect([full.objects.map(({ key }) => key), full.more]).toEqual([['m/b/e/f'], true])
  expect(await bucket.list('m/b', { startAfter: 'm/b/e/f', limit: 1 })).toEqual({ objects: [], more: false })
})
