import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { S3Options } from '../../../../../adapters/bucket/s3.ts'
import { type Answer, cutsOff, fails, hangs, patience, says, showsPage, useStoreServer } from './store-server.ts'

const store = useStoreServer()

async function get(maxBytes?: number, options: S3Options = {}): Promise<unknown> {
  const bucket = await store.open('s3://vitals/p', options)
  const got = await bucket.get('k', maxBytes === undefined ? {} : { maxBytes }).catch((error: unknown) => error)
  const { body, etag } = (got ?? {}) as { body?: Uint8Array; etag?: string }
  return body === undefined ? got : { body: Buffer.from(body).toString(), etag }
}

const gives = (body: string) => says(200, body, { etag: '"e"' })
const found = (body: string) => ({ body, etag: '"e"' })
const fault = (words: string) => ({
  name: 'BucketError',
  operation: 'get',
  key: 'k',
  effect: 'none',
  message: expect.stringContaining(words),
})

/** The head says ten bytes, and the connection ends after three. */
const cutsBody: Answer = (_, response) => {
  response.writeHead(200, { etag: '"e"', 'content-length': '10' }).write('abc', () => response.destroy())
}
const stallsBody: Answer = (_, response) => void response.writeHead(200, { etag: '"e"' }).write('abc')

const dripsBody: Answer = (_, response) => {
  response.writeHead(200, { etag: '"e"', 'content-length': '1000' })
  const drip = () => void response.write('x', () => response.destroyed || setTimeout(drip, 50))
  drip()
}

/** It is not time that ends the connection. */
const patient = { ...patience, answerMs: 60_000 }

const rows: [answer: string, Answer[], result: object | undefined, requests: number][] = [
  ['the body', [gives('body')], found('body'), 1],
  ['an empty body', [gives('')], found(''), 1],
  ['NoSuchKey', [fails(404, 'NoSuchKey')], undefined, 1],
  ['NoSuchBucket', [fails(404, 'NoSuchBucket')], fault('there is no bucket vitals: make it'), 1],
  ['404 and a web page', [showsPage(404)], fault('is the endpoint a store of S3'), 1],
  ['404 and no word', [says(404)], fault('404'), 1],
  ['403', [fails(403, 'AccessDenied')], fault('s3:GetObject on arn:aws:s3:::vitals/p/*; and s3:ListBucket'), 1],
  ['a web page', [showsPage()], fault('is the endpoint a store of S3'), 1],
  ['503, then the body', [fails(503, 'SlowDown'), gives('body')], found('body'), 2],
  ['500 again and again', [fails(500, 'InternalError')], fault('InternalError (500): InternalError it said'), 3],
  ['the connection cut, then the body', [cutsOff, gives('body')], found('body'), 2],
  ['half a body, then the whole', [cutsBody, gives('body')], found('body'), 2],
  ['half a body again and again', [cutsBody], fault('ECONNRESET'), 3],
  ['nothing', [hangs], fault('within 1 s: is it a store'), 1],
  ['a body that never ends', [stallsBody], fault('within 1 s: is it a store'), 1],
  ['a body that comes drop by drop', [dripsBody], fault('within 1 s: is it a store'), 1],
  ['a clock that is off, then the body', [fails(403, 'RequestTimeTooSkewed'), gives('body')], found('body'), 2],
]

describe('a get from S3', () => {
  it.each(rows)('answered with %s', async (_, answers, result, requests) => {
    store.answers(...answers)
    const got = await get()
    if (result === undefined) expect(got).toBeUndefined()
    else expect(got).toMatchObject(result)
    expect(store.asked).toHaveLength(requests)
    expect(store.asked[0]?.path).toMatch(/^\/vitals\/p\/k(?:\?|$)/)
  })

  it('refuses a body by the length that was told, and hangs up', async () => {
    let isClosed: Promise<unknown> = Promise.resolve()
    store.answers((_, response) => {
      isClosed = new Promise((resolve) => response.on('close', resolve))
      response.writeHead(200, { etag: '"e"', 'content-length': '1000000000' }).write('x')
    })
    expect(await get(4, { patience: patient })).toMatchObject(fault('1000000000 bytes, expected at most 4'))
    await isClosed
    expect(store.asked).toHaveLength(1)
  })

  it('stops to read a body of untold length once it is too long, and hangs up', async () => {
    let isClosed: Promise<unknown> = Promise.resolve()
    store.answers((_, response) => {
      isClosed = new Promise((resolve) => response.on('close', resolve))
      response.writeHead(200, { etag: '"e"' })
      const more = () => void response.write('x'.repeat(1_000), () => response.destroyed || setImmediate(more))
      more()
    })
    expect(await get(5_000, { patience: patient })).toMatchObject(fault('expected at most 5000'))
    await isClosed
    expect(store.asked).toHaveLength(1)
  })

  it('gives a body that just fits', async () => {
    store.answers(gives('body'))
    expect(await get(4)).toEqual(found('body'))
  })

  it('uses its connection again, after an error too, and keeps none for long', async () => {
    const ports: (number | undefined)[] = []
    const answers = [gives('body'), fails(404, 'NoSuchKey'), fails(403, 'AccessDenied')]
    store.answers((asked, response, request) => {
      answers[ports.length % answers.length]?.(asked, response, request)
      ports.push(request.socket.remotePort)
    })
    const bucket = await store.open('s3://vitals', { patience: { ...patience, idleMs: 1_000 } })
    for (let round = 0; round < 6; round++) await bucket.get('k').catch(() => {})
    expect(new Set(ports).size).toBe(1)
    await delay(1_600)
    await bucket.get('k')
    expect(new Set(ports).size).toBe(2)
  })

  it.each(['a b', 'ä/ö', 'a//b', '/a', 'a/', '.', '..', 'a/../b', '\u0001', '\n', '%2f', '+', '?x#y'])(
    'asks for the key %j as it is',
    async (key) => {
      store.answers(gives('body'))
      const bucket = await store.open()
      await bucket.get(key)
      const path = store.asked[0]?.path.replace(/\?.*/, '').slice('/vitals/'.length) ?? ''
      expect(decodeURIComponent(path)).toBe(key)
    },
  )

  it.each([
    ['nothing', ''],
    ['1,025 bytes', 'ä'.repeat(512).concat('x')],
  ])('refuses a key of %s', async (_, key) => {
    const bucket = await store.open()
    await expect(bucket.get(key)).rejects.toMatchObject({
      key,
      effect: 'none',
      message: expect.stringContaining('expected'),
    })
    expect(store.asked).toEqual([])
  })
})
