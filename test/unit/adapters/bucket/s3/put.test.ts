import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { PutCondition, PutResult } from '../../../../../adapters/bucket/port.ts'
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
  takesPut,
  useStoreServer,
} from './store-server.ts'

const store = useStoreServer()

const ifAbsent: PutCondition = { ifAbsent: true }
const ifMatches: PutCondition = { ifMatches: '"old"' }

async function put(condition?: PutCondition): Promise<PutResult | { effect: unknown }> {
  const bucket = await store.open()
  return bucket.put('k', Buffer.from('body'), condition).catch((error: unknown) => error as { effect: unknown })
}

const written = { outcome: 'written', etag: '"new"' }
const lost = { outcome: 'lost' }
const refused = { name: 'BucketError', effect: 'none' }
const unknown = { name: 'BucketError', effect: 'unknown' }

type Row = [answer: string, Answer[], condition: PutCondition | undefined, result: object, requests: number]

const conflict = fails(409, 'ConditionalRequestConflict')
const rows: Row[] = [
  ['200', [takesPut()], ifAbsent, written, 1],
  ['200', [takesPut()], ifMatches, written, 1],
  ['200 without an ETag', [says(200)], ifAbsent, unknown, 1],
  ['a web page', [showsPage()], ifMatches, unknown, 1],
  ['a web page', [showsPage()], undefined, unknown, 1],
  ['412', [fails(412, 'PreconditionFailed')], ifAbsent, lost, 1],
  ['412', [fails(412, 'PreconditionFailed')], ifMatches, lost, 1],
  ['412 and no word', [says(412)], ifMatches, lost, 1],
  ['409, then 200', [conflict, conflict, takesPut()], ifAbsent, written, 3],
  ['409, then 412', [conflict, fails(412, 'PreconditionFailed')], ifAbsent, lost, 2],
  ['409 again and again', [conflict], ifAbsent, refused, 5],
  ['409', [conflict], ifMatches, lost, 1],
  ['OperationAborted', [fails(409, 'OperationAborted')], ifMatches, lost, 1],
  ['409 of versitygw, then 200', [fails(409, 'ExistingObjectIsDirectory'), takesPut()], ifAbsent, written, 2],
  ['409 of versitygw, then 200', [fails(409, 'ExistingObjectIsDirectory'), takesPut()], undefined, written, 2],
  ['409 of versitygw', [fails(409, 'ExistingObjectIsDirectory')], ifMatches, lost, 1],
  ['409 for another reason', [fails(409, 'InvalidBucketState')], ifMatches, refused, 1],
  ['409 for another reason', [fails(409, 'InvalidBucketState')], ifAbsent, refused, 1],
  ['NoSuchKey', [fails(404, 'NoSuchKey')], ifMatches, lost, 1],
  ['NoSuchBucket', [fails(404, 'NoSuchBucket')], ifMatches, refused, 1],
  ['NoSuchBucket', [fails(404, 'NoSuchBucket')], ifAbsent, refused, 1],
  ['404 and a web page', [showsPage(404)], ifMatches, refused, 1],
  ['404 and no word', [says(404)], ifMatches, refused, 1],
  ['403', [fails(403, 'AccessDenied')], ifAbsent, refused, 1],
  ['301', [fails(301, 'PermanentRedirect')], ifMatches, refused, 1],
  ['429', [fails(429, 'TooManyRequests')], ifMatches, refused, 1],
  // MinIO's word to whom it made wait for a slower one.
  ['503', [fails(503, 'SlowDown')], ifAbsent, { ...unknown, isUnknownRequest: false }, 1],
  ['503', [fails(503, 'ServiceUnavailable')], ifMatches, unknown, 1],
  ['500', [fails(500, 'InternalError')], ifMatches, unknown, 1],
  ['a page of a gateway', [showsPage(502)], ifMatches, unknown, 1],
  ['501', [fails(501, 'NotImplemented')], ifMatches, { ...refused, isUnknownRequest: true }, 1],
  ['no answer, the connection is cut', [cutsOff], ifAbsent, unknown, 1],
  ['no answer, the connection is cut', [cutsOff], ifMatches, unknown, 1],
  ['half an answer', [(_, __, { socket }) => void socket.end('HTTP/1.1 200 OK\r\nETag: "n')], ifMatches, unknown, 1],
  ['nothing', [hangs], ifMatches, unknown, 1],
  ['what is no HTTP', [(_, __, { socket }) => void socket.end('hello\r\n\r\n')], ifAbsent, unknown, 1],
  ['200', [takesPut()], undefined, written, 1],
  ['503, then 200', [fails(503, 'SlowDown'), takesPut()], undefined, written, 2],
  ['cut, then 200', [cutsOff, takesPut()], undefined, written, 2],
  ['503 again and again', [fails(503, 'SlowDown')], undefined, unknown, 3],
  ['cut, then 403', [cutsOff, fails(403, 'AccessDenied')], undefined, unknown, 2],
  ['403', [fails(403, 'AccessDenied')], undefined, refused, 1],
  ['412 although no condition was set', [fails(412, 'PreconditionFailed')], undefined, refused, 1],
]

describe('a put to S3', () => {
  it.each(rows.map((row): [string, ...Row] => [row[2] ? Object.keys(row[2]).join() : 'plain', ...row]))(
    '%s, answered with %s',
    async (_, __, answers, condition, result, requests) => {
      store.answers(...answers)
      expect(await put(condition)).toMatchObject(result)
      expect(store.asked).toHaveLength(requests)
    },
  )

  it('that reaches nobody took no effect', async () => {
    const closed = createServer()
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port))
    })
    await new Promise((resolve) => closed.close(resolve))
    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://no-such-host.invalid:80']) {
      stubAwsEnvironment({ AWS_ENDPOINT_URL: endpoint })
      const bucket = await openS3Bucket('s3://vitals', { patience })
      await expect(bucket.put('k', Buffer.from('x'), ifAbsent)).rejects.toMatchObject(refused)
    }
  })

  it('to https:// where http:// is spoken took no effect', async () => {
    stubAwsEnvironment({ AWS_ENDPOINT_URL: store.url.replace('http:', 'https:') })
    const bucket = await openS3Bucket('s3://vitals', { patience })
    await expect(bucket.put('k', Buffer.from('x'), ifAbsent)).rejects.toMatchObject({
      effect: 'none',
      message: expect.stringContaining('is it http:// there'),
    })
    expect(store.asked).toEqual([])
  })

  it('goes out once although the clock is far off and the store answers 412', async () => {
    const date = new Date(Date.now() + 10 * 60_000).toUTCString()
    store.answers(says(412, '', { date }))
    const bucket = await store.open()
    expect(await bucket.put('k', Buffer.from('x'), ifAbsent)).toEqual({ outcome: 'lost', storeAtMs: Date.parse(date) })
    expect(store.asked).toHaveLength(1)
  })

  it("tells the store's clock, written or lost", async () => {
    const date = 'Sun, 01 Mar 2026 12:00:00 GMT'
    store.answers(
      says(200, '', { etag: '"new"', date }),
      says(412, '', { date }),
      says(200, '', { etag: '"new"', date: 'x' }),
    )
    const bucket = await store.open()
    const storeAtMs = Date.UTC(2026, 2, 1, 12)
    expect(await bucket.put('k', Buffer.from('x'))).toEqual({ ...written, storeAtMs })
    expect(await bucket.put('k', Buffer.from('x'), ifAbsent)).toEqual({ ...lost, storeAtMs })
    expect(await bucket.put('k', Buffer.from('x'), ifAbsent)).toEqual(written)
  })

  it('carries its condition, its body and the kind of its content', async () => {
    store.answers(takesPut())
    const bucket = await store.open('s3://vitals/deep/prefix')
    await bucket.put('a=b/k', Buffer.from('body'), ifAbsent)
    await bucket.put('site/now/0.json', Buffer.from('{}'), ifMatches)
    await bucket.put('site/reports/1/index.html', Buffer.from(''))
    const heads = store.asked.map(({ method, path, body, headers }) => ({
      line: `${method} ${path.replace(/\?.*/, '')}`,
      body,
      type: headers['content-type'],
      conditions: [headers['if-none-match'], headers['if-match']],
    }))
    expect(heads).toEqual([
      {
        line: 'PUT /vitals/deep/prefix/a%3Db/k',
        body: 'body',
        type: 'application/octet-stream',
        conditions: ['*', undefined],
      },
      {
        line: 'PUT /vitals/deep/prefix/site/now/0.json',
        body: '{}',
        type: 'application/json',
        conditions: [undefined, '"old"'],
      },
      {
        line: 'PUT /vitals/deep/prefix/site/reports/1/index.html',
        body: '',
        type: 'text/html; charset=utf-8',
        conditions: [undefined, undefined],
      },
    ])
    await bucket.put('large', Buffer.alloc(3 * 1024 * 1024, 'x'))
    expect(store.asked.at(-1)?.body).toHaveLength(3 * 1024 * 1024)
    for (const { headers } of store.asked) {
      expect(Object.keys(headers).filter((name) => /checksum|expect|content-encoding/.test(name))).toEqual([])
    }
  })
})
