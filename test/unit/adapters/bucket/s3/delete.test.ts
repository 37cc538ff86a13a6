import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Answer, cutsOff, fails, says, showsPage, useStoreServer } from './store-server.ts'

const store = useStoreServer()

/** Says of each key that it is deleted, but of those that are not. */
function deletes(errors: Record<string, string> = {}): Answer {
  return (asked, response, request) => {
    const keys = [...asked.body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key)
    const results = keys.map((key) =>
      errors[key] === undefined
        ? `<Deleted><Key>${key}</Key></Deleted>`
        : `<Error><Key>${key}</Key><Code>${errors[key]}</Code><Message>it said</Message></Error>`,
    )
    says(200, `<DeleteResult>${results.join('')}</DeleteResult>`)(asked, response, request)
  }
}

const lines = () => store.asked.map(({ method, path }) => `${method} ${path.replace(/[?&]x-id=\w+/, '')}`)

describe('a delete from S3', () => {
  it('takes up to 1,000 keys in one request, and signs them by MD5 for stores that demand it', async () => {
    store.answers(deletes())
    const bucket = await store.open('s3://vitals/p')
    await bucket.delete(Array.from({ length: 2_003 }, (_, index) => `k&${index}`))
    expect(lines()).toEqual(Array(3).fill('POST /vitals/?delete='))
    const counts = store.asked.map(({ body }) => body.split('<Key>p/k&amp;').length - 1)
    expect(counts).toEqual([1_000, 1_000, 3])
    for (const { headers, body } of store.asked) {
      expect(headers['content-md5']).toBe(createHash('md5').update(body).digest('base64'))
      expect(Object.keys(headers).filter((name) => name.includes('checksum'))).toEqual([])
    }
  })

  it('takes one key, or one that XML can not hold, by its address', async () => {
    store.answers(says(204))
    const bucket = await store.open()
    await bucket.delete(['k'])
    await bucket.delete(['a\u0001b', ' a', 'ä'])
    expect(lines()).toEqual([
      'DELETE /vitals/k',
      'DELETE /vitals/a%01b',
      'DELETE /vitals/%20a',
      'DELETE /vitals/%C3%A4',
    ])
    // MinIO takes such a condition and deletes all the same: none is relied on.
    expect(store.asked.filter(({ headers }) => headers['if-match'] !== undefined)).toEqual([])
  })

  it('asks nothing for nothing, and for a key that is named twice once', async () => {
    store.answers(says(204))
    const bucket = await store.open()
    await bucket.delete([])
    await bucket.delete(['k', 'k'])
    expect(lines()).toEqual(['DELETE /vitals/k'])
  })

  it('does not mind what is not there', async () => {
    store.answers(deletes({ b: 'NoSuchKey' }), fails(404, 'NoSuchKey'))
    const bucket = await store.open()
    await bucket.delete(['a', 'b'])
    await bucket.delete(['c'])
  })

  it('tells which key is left, and why', async () => {
    store.answers(deletes({ 'p/b': 'AccessDenied', 'p/c': 'InternalError' }))
    const bucket = await store.open('s3://vitals/p')
    await expect(bucket.delete(['a', 'b', 'c'])).rejects.toMatchObject({
      name: 'BucketError',
      operation: 'delete',
      key: 'b',
      effect: 'unknown',
      message: 'delete b in s3://vitals/p, and 1 more of 3: AccessDenied: it said',
    })
  })

  it('takes keys one by one where the store knows no other way', async () => {
    store.answers(fails(501, 'NotImplemented'), says(204))
    const bucket = await store.open()
    await bucket.delete(['a', 'b'])
    expect(lines()).toEqual(['POST /vitals/?delete=', 'DELETE /vitals/a', 'DELETE /vitals/b'])
  })

  it('is tried again when the answer was lost or the store was busy', async () => {
    store.answers(cutsOff, fails(503, 'SlowDown'), deletes())
    const bucket = await store.open()
    await bucket.delete(['a', 'b'])
    expect(store.asked).toHaveLength(3)
  })

  const faults: [answer: string, Answer, keys: string[], effect: string, words: string][] = [
    ['a web page', showsPage(), ['a', 'b'], 'unknown', 'the answer tells of 0 of 2 keys'],
    ['403', fails(403, 'AccessDenied'), ['a', 'b'], 'none', 'these credentials need s3:DeleteObject'],
    ['403', fails(403, 'AccessDenied'), ['a'], 'none', 'these credentials need s3:DeleteObject'],
    ['NoSuchBucket', fails(404, 'NoSuchBucket'), ['a'], 'none', 'there is no bucket vitals'],
    ['500 again and again', fails(500, 'InternalError'), ['a', 'b'], 'unknown', 'InternalError (500)'],
    [
      'no key that could be deleted',
      deletes({ a: 'AccessDenied', b: 'AccessDenied' }),
      ['a', 'b'],
      'none',
      'and 1 more',
    ],
  ]
  it.each(faults)('fails on %s', async (_, answer, keys, effect, words) => {
    store.answers(answer)
    const bucket = await store.open()
    await expect(bucket.delete(keys)).rejects.toMatchObject({ effect, message: expect.stringContaining(words) })
  })
})
