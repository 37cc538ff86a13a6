import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ReceiverError } from '../../../../adapters/receivers/port.ts'
import { createWebhookReceiver, type WebhookOptions } from '../../../../adapters/receivers/webhook.ts'
import { webhookProblem } from '../../../../adapters/receivers/webhook-url.ts'
import { type Answer, answers, startHttpServer } from '../../../contract/http-server.ts'
import { makeMessage } from '../../../contract/message.ts'
import { makeNotice } from '../../functions/notify/make-notice.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const clock = { now: () => nowMs, monotonicMs: () => 0, sleep: () => new Promise<void>(() => {}) }
const plain = { name: 'pager', deadlineMs: 30_000, capPerHour: 60, format: 'vitals', clock } as const

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function serve(answer?: Answer) {
  const server = await startHttpServer(answer)
  closers.push(server.close)
  return server
}

function send(url: string, options: Partial<WebhookOptions> = {}, message = makeMessage()) {
  return createWebhookReceiver({ ...plain, url, ...options }).send(message, { signal: AbortSignal.timeout(10_000) })
}

async function failureOf(sending: Promise<unknown>): Promise<ReceiverError> {
  const error = await sending.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(ReceiverError)
  return error as ReceiverError
}

describe('a webhook', () => {
  it('is posted JSON, with the id of the message as the key by which a second one is known', async () => {
    const { url, posts } = await serve()
    const { messageId, where } = await send(`${url}/in?team=ops`)
    const [post] = posts
    expect([post?.method, post?.path, post?.headers['content-type']]).toEqual([
      'POST',
      '/in?team=ops',
      'application/json',
    ])
    expect([messageId, post?.headers['idempotency-key']]).toEqual([makeMessage().id, makeMessage().id])
    expect(where).toBe(`${url} (vitals)`)
  })

  it('never tells more of its address than where it is: the rest may be a secret', async () => {
    const { url } = await serve(answers(404))
    const failure = await failureOf(send(`${url}/services/T0/B0/hunter2?token=hunter3`))
    expect(failure.message).toBe(`${url} (vitals): answered 404`)
  })

  it('never tells what a server says back of its address', async () => {
    const { url } = await serve(
      answers(404, {}, 'Cannot POST /services/T0/B0/hunter%202?token=hunter3; hunter 2, hunter3?'),
    )
    const failure = await failureOf(send(`${url}/services/T0/B0/hunter%202?token=hunter3`))
    expect(failure.message).toBe(`${url} (vitals): answered 404: Cannot POST /…/T0/B0/…?token=…; …, …?`)
  })

  it.each<[number, Record<string, string>, Partial<ReceiverError>]>([
    [301, { location: 'https://elsewhere.example.com' }, { effect: 'none', retry: 'later' }],
    [400, {}, { effect: 'none', retry: 'never', retryAfterMs: undefined }],
    [403, {}, { effect: 'none', retry: 'later' }],
    [404, {}, { effect: 'none', retry: 'later' }],
    [410, {}, { effect: 'none', retry: 'never' }],
    [413, {}, { effect: 'none', retry: 'never' }],
    [422, {}, { effect: 'none', retry: 'never' }],
    [408, {}, { effect: 'none', retry: 'later' }],
    [429, { 'retry-after': '17' }, { effect: 'none', retry: 'later', retryAfterMs: 17_000 }],
    [429, { 'retry-after': new Date(nowMs + 9_000).toUTCString() }, { effect: 'none', retryAfterMs: 9_000 }],
    [429, { 'retry-after': '86400' }, { effect: 'none', retryAfterMs: 3_600_000 }],
    [500, { 'retry-after': '17' }, { effect: 'unknown', retry: 'later', retryAfterMs: undefined }],
    [503, { 'retry-after': '17' }, { effect: 'unknown', retry: 'later', retryAfterMs: 17_000 }],
    [503, { 'retry-after': 'soon' }, { effect: 'unknown', retry: 'later', retryAfterMs: undefined }],
  ])('that answers %i %j: %o', async (status, headers, expected) => {
    const { url, posts } = await serve(answers(status, headers))
    expect(await failureOf(send(url))).toMatchObject(expected)
    expect(posts).toHaveLength(1)
  })

  it('says in its failure what a server said, in one line and not more than that', async () => {
    const { url } = await serve(answers(400, {}, `no_text\r\n\u001b[31m${'x'.repeat(100_000)}`))
    const { message } = await failureOf(send(url))
    expect(message).toMatch(/answered 400: no_text \ufffd\[31mx+$/)
    expect(message.length).toBeLessThan(300)
  })

  it('has taken it where the answer says so, whatever goes wrong after its head', async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('part')
      setTimeout(() => response.destroy(), 20)
    })
    await expect(send(url)).resolves.toMatchObject({ where: `${url} (vitals)` })
  })

  it.each([
    ['that nobody listens at', 'http://127.0.0.1:1'],
    ['that no name leads to', 'https://no-such-host.invalid/'],
  ])('%s has not got it', async (_, url) => {
    expect(await failureOf(send(url))).toMatchObject({ effect: 'none', retry: 'later' })
  })

  it('that speaks no TLS has not got it', async () => {
    const server = createServer((socket) => socket.write('not TLS at all', () => socket.destroy()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => server.close(resolve)))
    const { port } = server.address() as { port: number }
    expect(await failureOf(send(`https://127.0.0.1:${port}/`))).toMatchObject({ effect: 'none' })
  })

  it.each<[string, boolean | undefined, string | undefined]>([
    ['https://pager.example.com/in', undefined, undefined],
    ['http://127.0.0.1:8000/in', undefined, undefined],
    ['http://[::1]/in', undefined, undefined],
    ['http://localhost/in', undefined, undefined],
    ['http://chat.lan/in', true, undefined],
    ['http://chat.lan/in', undefined, 'http to chat.lan lets everybody on the way read and change it'],
    ['http://127.0.0.1.evil.example.com/', undefined, 'http to 127.0.0.1.evil.example.com lets'],
    ['file:///etc/passwd', true, 'expected https://'],
    ['hunter2', undefined, 'expected https://'],
  ])('at %s (insecure: %s) is refused with %s', (url, insecure, problem) => {
    const found = webhookProblem({ url, ...(insecure === undefined ? {} : { insecure }) })
    expect(found ?? '').toContain(problem ?? '')
    expect(found === undefined).toBe(problem === undefined)
    const open = () => createWebhookReceiver({ ...plain, url, ...(insecure === undefined ? {} : { insecure }) })
    if (problem === undefined) expect(open).not.toThrow()
    else expect(open).toThrow(problem)
  })

  it('of format alertmanager is sent nothing of an amendment, which it has no word for', async () => {
    const { url, posts } = await serve()
    const notices = [makeNotice({ kind: 'amended' })]
    const { where } = await send(url, { format: 'alertmanager' }, makeMessage({ notices }))
    expect([posts, where]).toEqual([[], 'nowhere: alertmanager knows no amendments'])
  })
})
