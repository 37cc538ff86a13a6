import { describe, expect, it } from 'vitest'
import { type Answer, fails, says, showsPage, useStoreServer } from './store-server.ts'

const store = useStoreServer()

interface Page {
  keys: string[]
  more?: string
  isEncoded?: boolean
}

/** As S3 words it. Keys stand as they are given: escaped, encoded or broken. */
function lists({ keys, more, isEncoded = false }: Page): Answer {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>3</Size></Contents>`)
  const rest = more === undefined ? '' : `<NextContinuationToken>${more}</NextContinuationToken>`
  const encoding = isEncoded ? '<EncodingType>url</EncodingType>' : ''
  const head = `<Name>vitals</Name>${encoding}<IsTruncated>${more !== undefined}</IsTruncated>${rest}`
  return says(200, `<?xml version="1.0"?>\n<ListBucketResult>${head}${contents.join('')}</ListBucketResult>`)
}

const fault = (words: string) => ({
  name: 'BucketError',
  operation: 'list',
  effect: 'none',
  message: expect.stringContaining(words),
})

function askedFor(index: number): Record<string, string> {
  return Object.fromEntries(new URL(store.asked[index]?.path ?? '', store.url).searchParams)
}

describe('a listing of S3', () => {
  it('asks below the prefix of the bucket, and leaves it out of the keys', async () => {
    store.answers(lists({ keys: ['p/in/b', 'p/in/c'], more: 'next' }))
    const bucket = await store.open('s3://vitals/p')
    expect(await bucket.list('in/', { startAfter: 'in/a', limit: 2 })).toEqual({
      objects: [
        { key: 'in/b', sizeBytes: 3 },
        { key: 'in/c', sizeBytes: 3 },
      ],
      more: true,
    })
    expect(askedFor(0)).toMatchObject({ prefix: 'p/in/', 'start-after': 'p/in/a', 'max-keys': '2', 'list-type': '2' })
  })

  it('tells when each was written, as far as the store does', async () => {
    const entry = (key: string, rest: string) => `<Contents><Key>${key}</Key><Size>3</Size>${rest}</Contents>`
    const modified = '<LastModified>2026-11-23T12:00:00.000Z</LastModified>'
    const contents = `${entry('a', modified)}${entry('b', '')}`
    store.answers(
      says(200, `<ListBucketResult><Name>vitals</Name><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`),
    )
    const bucket = await store.open()
    expect((await bucket.list('')).objects).toEqual([
      { key: 'a', sizeBytes: 3, modifiedAtMs: Date.UTC(2026, 10, 23, 12) },
      { key: 'b', sizeBytes: 3 },
    ])
  })

  it('never asks for more than a page, and starts at the beginning where nothing else is said', async () => {
    store.answers(lists({ keys: [] }))
    const bucket = await store.open()
    expect(await bucket.list('in/', { limit: 5_000 })).toEqual({ objects: [], more: false })
    expect(askedFor(0)).toMatchObject({ 'max-keys': '1000' })
    expect(askedFor(0)).not.toHaveProperty('start-after')
  })

  it('asks again, encoded, when a key is none of ours', async () => {
    store.answers(lists({ keys: ['a b'] }), lists({ keys: ['%01%0a%20', 'a+b%2B', 'ä'], isEncoded: true }))
    const bucket = await store.open()
    expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(['\u0001\n ', 'a b+', 'ä'])
    expect(store.asked.map((_, index) => askedFor(index)['encoding-type'])).toEqual([undefined, 'url'])
  })

  it('asks again, encoded, when a key is none that XML can hold', async () => {
    store.answers(lists({ keys: ['a<b'] }), lists({ keys: ['a%3Cb'], isEncoded: true }))
    const bucket = await store.open()
    expect((await bucket.list('')).objects).toEqual([{ key: 'a<b', sizeBytes: 3 }])
  })

  it('takes keys as they are from a store that does not encode', async () => {
    store.answers(lists({ keys: ['a%20b', 'a+b'] }))
    const bucket = await store.open()
    expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(['a%20b', 'a+b'])
  })

  it('goes on over a page with nothing on it', async () => {
    store.answers(lists({ keys: [], more: 'next' }), lists({ keys: ['b'] }))
    const bucket = await store.open()
    expect(await bucket.list('', { startAfter: 'a' })).toEqual({ objects: [{ key: 'b', sizeBytes: 3 }], more: false })
    expect(askedFor(1)).toMatchObject({ 'continuation-token': 'next' })
  })

  it('sorts by bytes, not by UTF-16', async () => {
    const keys = ['\uff5e', '\u{1f600}']
    store.answers(lists({ keys: keys.map(encodeURIComponent), isEncoded: true }))
    const bucket = await store.open()
    expect((await bucket.list('')).objects.map(({ key }) => key)).toEqual(keys)
  })

  const faults: [answer: string, Answer, words: string][] = [
    ['keys out of order', lists({ keys: ['b', 'a'] }), 'has a out of order'],
    ['a key twice', lists({ keys: ['b', 'b'] }), 'has b out of order'],
    ['what comes before the start', lists({ keys: ['0'] }), 'has 0 out of order'],
    ['keys below another prefix', lists({ keys: ['q/a'] }), 'an entry q/a of 3 bytes'],
    ['an encoding that is none', lists({ keys: ['p/%zz'], isEncoded: true }), 'an entry p/%zz of 3 bytes'],
    ['a web page that passes for XML', showsPage(), 'the answer is no listing'],
    ['a web page that does not', says(200, '<!DOCTYPE html><html><br></html>'), 'is the endpoint a store of S3'],
    ['nothing', says(200), 'the answer is no listing'],
    ['JSON', says(200, '{}'), 'is the endpoint a store of S3'],
    ['403', fails(403, 'AccessDenied'), 'these credentials need s3:ListBucket on arn:aws:s3:::vitals'],
    ['NoSuchBucket', fails(404, 'NoSuchBucket'), 'there is no bucket vitals'],
    ['503 again and again', fails(503, 'SlowDown'), 'the store asks for less'],
  ]
  it.each(faults)('refuses %s', async (_, answer, words) => {
    store.answers(answer)
    const bucket = await store.open(/q\/a|%zz/.test(words) ? 's3://vitals/p' : 's3://vitals')
    await expect(bucket.list('', /out of order/.test(words) ? { startAfter: '00' } : {})).rejects.toMatchObject(
      fault(words),
    )
  })

  it('is asked for again when the store was busy', async () => {
    store.answers(fails(503, 'SlowDown'), fails(500, 'InternalError'), lists({ keys: ['a'] }))
    const bucket = await store.open()
    expect((await bucket.list('')).objects).toHaveLength(1)
  })
})
