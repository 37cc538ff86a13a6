/** What MinIO does otherwise than S3, and what becomes of it: should it change, docs/stores.md does. */
import { request } from 'node:http'
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, it } from 'vitest'
import { defaultPatience } from '../../../adapters/bucket/s3/place.ts'
import { openS3Bucket } from '../../../adapters/bucket/s3.ts'
import { makeBucket } from '../../contract/s3-contract.ts'
import { useStore } from '../use.ts'

useStore()
const client = new S3Client({ forcePathStyle: true })

it('deletes although the condition does not hold: the adapter sets none', async () => {
  const Bucket = await makeBucket()
  const bucket = await openS3Bucket(`s3://${Bucket}`)
  await bucket.put('k', Buffer.from('x'))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch: '"stale"' }))
  expect(await bucket.get('k')).toBeUndefined()
})

it('lets a put under a condition wait for a slower one: who gives up is in doubt, and reads back that it lost', async () => {
  const Bucket = await makeBucket()
  const slow = await beginPut(Bucket, 'k', ['the slow', ' one'])
  const hurried = await openS3Bucket(`s3://${Bucket}`, { patience: { ...defaultPatience, answerMs: 1_000 } })
  const put = hurried.put('k', Buffer.from('the quick one'), { ifAbsent: true })
  await expect(put).rejects.toMatchObject({ name: 'BucketError', effect: 'unknown' })
  const patient = await openS3Bucket(`s3://${Bucket}`)
  const waiting = patient.put('k', Buffer.from('the patient one'), { ifAbsent: true })
  expect(await slow.end()).toBe(200)
  expect(await waiting).toMatchObject({ outcome: 'lost' })
  expect(Buffer.from((await patient.get('k'))?.body ?? []).toString()).toBe('the slow one')
})

/** If absent, of which the first half is sent. */
async function beginPut(Bucket: string, Key: string, [first = '', second = '']: string[]) {
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key }))
  const headers = { 'content-length': String(first.length + second.length), 'if-none-match': '*' }
  const sending = request(url, { method: 'PUT', headers })
  const status = new Promise<number | undefined>((resolve, reject) => {
    sending.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
  })
  await new Promise((resolve) => sending.write(first, resolve))
  // Until it is at work on it.
  await new Promise((wake) => setTimeout(wake, 500))
  return {
    end: () => {
      sending.end(second)
      return status
    },
  }
}
