import { describe, expect, it } from 'vitest'
import { serveFunctionUrl } from '../../../../adapters/http/function-url.ts'
import type { SiteRequest, SiteResponse } from '../../../../adapters/http/port.ts'
import { silentLog } from '../../../../adapters/log/port.ts'

const asked: SiteRequest[] = []
const serve = (answer: SiteResponse | Error) =>
  serveFunctionUrl({
    log: silentLog,
    routes: async (request) => {
      asked.push(request)
      if (answer instanceof Error) throw answer
      return answer
    },
  })
const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }
const eventOf = (rest: object) => ({
  version: '2.0',
  rawPath: '/open',
  headers: { Host: 'x.lambda-url.eu-central-1.on.aws' },
  requestContext: { http: { method: 'GET', path: '/open' } },
  ...rest,
})

describe('the site behind a function URL', () => {
  it('hands on method, decoded path, query, headers in lower case, and the body', async () => {
    const body = Buffer.from('hours=1').toString('base64')
    await serve(page)(
      eventOf({
        rawPath: '/re%20port',
        queryStringParameters: { token: 'v1.a' },
        requestContext: { http: { method: 'POST' } },
        body,
        isBase64Encoded: true,
      }),
    )
    const request = asked.at(-1)
    expect({ ...request, body: Buffer.from(request?.body ?? []).toString() }).toEqual({
      method: 'POST',
      path: '/re port',
      query: { token: 'v1.a' },
      headers: { host: 'x.lambda-url.eu-central-1.on.aws' },
      body: 'hours=1',
    })
  })

  it('answers text as it is and bytes as base64, under the headers of every page', async () => {
    expect(await serve(page)(eventOf({}))).toMatchObject({ statusCode: 200, body: '<p>', isBase64Encoded: false })
    const bytes = await serve({ ...page, body: Buffer.from([0xff, 0]) })(eventOf({ queryStringParameters: null }))
    expect(bytes).toMatchObject({ body: '/wA=', isBase64Encoded: true })
    expect(bytes.headers).toMatchObject({ 'content-type': 'text/html', 'x-frame-options': 'DENY' })
  })

  it('keeps what went wrong for the log', async () => {
    const answer = await serve(new Error('secret'))(eventOf({}))
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret')
  })

  it('refuses other methods, and addresses that can’t be read', async () => {
    const put = await serve(page)(eventOf({ requestContext: { http: { method: 'PUT' } } }))
    expect([put.statusCode, (await serve(page)(eventOf({ rawPath: '/%' }))).statusCode]).toEqual([405, 400])
  })

  it('says what it expected when it was invoked by hand', async () => {
    await expect(serve(page)({ hours: 1 })).rejects.toThrow(
      /open: event\.rawPath: .*expected the event of a function URL/,
    )
  })
})
