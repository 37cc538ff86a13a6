import { once } from 'node:events'
import { connect } from 'node:net'
import { domainToASCII } from 'node:url'
import { Worker } from 'node:worker_threads'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Mail } from '../../../../adapters/mail/port.ts'
import { createSesSender, type SesSenderOptions } from '../../../../adapters/mail/ses.ts'
import { makeMail, plainAddresses } from '../../../contract/mail-contract.ts'
import { type LocalSes, type Misbehave, refuseWith, startSes } from '../../../contract/ses-server.ts'
import { startSmtpServer } from '../../../contract/smtp-server.ts'
import { failure } from './failure.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

const closers: (() => Promise<unknown>)[] = []
beforeEach(() => {
  // Whatever this machine knows of AWS is no part of these tests.
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SES']) {
    vi.stubEnv(name, undefined)
  }
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function serve(misbehave?: Misbehave, region?: string): Promise<LocalSes> {
  const server = await startSes(misbehave, region)
  closers.push(server.close)
  return server
}

interface Sending extends Partial<SesSenderOptions> {
  mail?: Mail
  signal?: AbortSignal
}

async function send(
  { url, region }: { url: string; region: string },
  { mail = makeMail(), signal = AbortSignal.timeout(20_000), ...options }: Sending = {},
) {
  const sender = await createSesSender({ ...plainAddresses, aws: { endpoint: url, region, credentials }, ...options })
  return await sender.send(mail, { signal })
}

describe('SES', () => {
  it.each([
    ['us-east-1', '<0102018f-0001-000000@email.amazonses.com>'],
    ['eu-west-1', '<0102018f-0001-000000@eu-west-1.amazonses.com>'],
  ])('names the Message-ID that a mail gets in %s, so that answers find it', async (region, messageId) => {
    const server = await serve(undefined, region)
    const sent = await send(server)
    expect(sent).toEqual({ messageId, where: `SES in ${region} to ops@example.com, zoe@example.com` })
    await send(server, { mail: makeMail({ id: 'resolved', inReplyTo: sent.messageId }) })
    expect((await simpleParser(server.messages[1] ?? '')).references).toBe(messageId)
  })

  it('says by parameters whose mail it is and for whom, with domains in ASCII', async () => {
    const server = await serve()
    await send(server, { from: 'vitals@größe.example', to: ['ops@example.com', 'zoe@données.example'] })
    expect(Object.fromEntries(server.calls[0]?.fields ?? [])).toMatchObject({
      Action: 'SendRawEmail',
      Source: `vitals@${domainToASCII('größe.example')}`,
      'Destinations.member.1': 'ops@example.com',
      'Destinations.member.2': `zoe@${domainToASCII('données.example')}`,
    })
  })

  it('sends no line that is longer than SES takes, and nothing but ASCII', async () => {
    const server = await serve()
    const long = `${'größe '.repeat(2_000)}${'x'.repeat(20_000)}`
    await send(server, { mail: makeMail({ subject: long, text: long, html: `<p>${long}</p>` }) })
    const lines = server.calls[0]?.raw.toString('latin1').split('\r\n') ?? []
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998)
    expect(lines.join('')).toMatch(/^[\t\x20-\x7e]+$/)
  })

  it.each([
    [
      'an identity that is not verified',
      refuseWith(
        'MessageRejected',
        'Email address is not verified. The following identities failed the check in region EU-WEST-1: vitals@mail.example.com',
      ),
      'aws ses verify-email-identity --region eu-west-1 --email-address vitals@mail.example.com), and in the sandbox each receiver',
    ],
    ['content', refuseWith('MessageRejected', 'Address blacklisted.'), 'Address blacklisted. (MessageRejected, 400)'],
    [
      'a MAIL FROM domain',
      refuseWith('MailFromDomainNotVerifiedException', 'The MAIL FROM domain is not verified'),
      'into the DNS',
    ],
    ['a pace', refuseWith('Throttling', 'Maximum sending rate exceeded.'), 'ask for a higher quota'],
    ['a token', refuseWith('ExpiredToken', 'The security token included in the request is expired', 403), 'session'],
    ['a key', refuseWith('InvalidClientTokenId', 'The security token is invalid', 403), 'are AWS_ACCESS_KEY_ID and'],
    ['a clock', refuseWith('SignatureDoesNotMatch', 'Signature expired: 20 is now earlier than 30', 403), 'clock'],
    ['a right', refuseWith('AccessDenied', 'User is not authorized', 403), 'allow ses:SendRawEmail'],
    ['an account', refuseWith('AccountSendingPausedException', 'Paused'), '--enabled'],
  ])('knows that nobody has a mail that was refused for %s, and says what helps', async (_, misbehave, helps) => {
    const server = await serve(misbehave)
    const { message, effect } = await failure(send(server))
    expect([message, effect]).toEqual([expect.stringContaining(helps), 'none'])
    expect(message).toMatch(/^send 3f9a1c07be42-default-firing by SES in eu-west-1: /)
    expect(server.calls).toHaveLength(1)
  })

  it.each<[string, Misbehave]>([
    ['fails', refuseWith('InternalFailure', 'Oh no', 500)],
    ['is overloaded', refuseWith('ServiceUnavailable', 'Later', 503)],
    ['hangs up', (response) => response.destroy()],
    [
      'hangs up in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('<SendRawEmailResponse>', () => response.destroy())
      },
    ],
    ['is not SES', (response) => response.end('<html><body>Welcome</body></html>')],
    ['answers with nothing', (response) => response.end()],
  ])('does not know whether it went out when the server %s, and does not repeat it', async (_, misbehave) => {
    const server = await serve(misbehave)
    expect((await failure(send(server))).effect).toBe('unknown')
    expect(server.calls).toHaveLength(1)
  })

  it.each<[string, Misbehave]>([
    ['says nothing', () => {}],
    [
      'stops in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('<SendRawEmailResponse>')
      },
    ],
  ])('gives a server up that %s', async (_, misbehave) => {
    const server = await serve(misbehave)
    const { effect, message } = await failure(send(server, { timeouts: { connectMs: 1_000, answerMs: 200 } }))
    expect([effect, message]).toEqual(['unknown', expect.stringContaining('200 ms')])
    expect(server.calls).toHaveLength(1)
  })

  it.each([
    ['the head of its answer', 'HTTP/1.1 200 OK\r\n', 'X: y\r\n', '200 ms'],
    ['its answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n<\r\n', 'aborted due to timeout'],
  ])('gives a server up that gives %s drop by drop', async (_, begin, drop, reason) => {
    const server = await serve(({ socket }) => {
      socket?.write(begin)
      const drops = setInterval(() => socket?.write(drop), 50)
      socket?.on('error', () => {}).on('close', () => clearInterval(drops))
    })
    const { effect, message } = await failure(send(server, { timeouts: { connectMs: 200, answerMs: 200 } }))
    expect([effect, message]).toEqual(['unknown', expect.stringContaining(reason)])
  })

  it('does not know whether it went out when it is interrupted while the server thinks', async () => {
    const stop = new AbortController()
    const server = await serve(() => stop.abort(new Error('enough')))
    expect((await failure(send(server, { signal: stop.signal }))).effect).toBe('unknown')
  })

  it.each(['127.0.0.1', 'localhost'])('knows that nobody has it when nobody listens on %s', async (host) => {
    const server = await startSes()
    await server.close()
    const url = server.url.replace('127.0.0.1', host)
    const { effect, message } = await failure(send({ ...server, url }))
    expect([effect, message]).toEqual(['none', expect.stringContaining('is AWS_ENDPOINT_URL right?')])
  })

  it('knows that nobody has it when there is no such server', async () => {
    const { effect, message } = await failure(send({ url: 'http://ses.invalid', region: 'eu-west-1' }))
    expect([effect, message]).toEqual(['none', expect.stringContaining('is AWS_REGION right')])
  })

  it('knows that nobody has it when the certificate is not to be trusted', async () => {
    const server = await startSmtpServer({ secure: true })
    closers.push(server.close)
    const { effect } = await failure(send({ url: `https://localhost:${server.port}`, region: 'eu-west-1' }))
    expect(effect).toBe('none')
  })

  it('knows that nobody has it without credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    const server = await serve()
    const { effect, message } = await failure(send(server, { aws: { endpoint: server.url, region: server.region } }))
    expect([effect, message]).toEqual(['none', expect.stringContaining('set AWS_ACCESS_KEY_ID')])
    expect(server.calls).toEqual([])
  })

  it('refuses to be set up without a region', async () => {
    const { effect, message } = await failure(createSesSender(plainAddresses))
    expect([effect, message]).toEqual(['none', expect.stringContaining('set AWS_REGION')])
  })

  it('sends nothing to addresses that SES takes for no mail at all', async () => {
    const server = await serve()
    const many = Array.from({ length: 51 }, (_, index) => `ops-${index}@example.com`)
    for (const [to, reason] of [
      [many, '51 receivers; expected at most 50'],
      [['zoë@example.com', 'ops@example.com'], 'zoë@example.com: expected only ASCII before the @'],
    ] as const) {
      const { effect, message } = await failure(send(server, { to }))
      expect([effect, message]).toEqual(['none', expect.stringContaining(reason)])
    }
    expect(server.calls).toEqual([])
    await send(server, { to: many.slice(1) })
    expect(server.calls).toHaveLength(1)
  })

  it('goes by the clock of the server where its own is off: the next try is signed for that', async () => {
    const serverMs = Date.now() + 20 * 60_000
    const refuse = refuseWith('SignatureDoesNotMatch', 'Signature expired: 20 is now earlier than 30', 403)
    const server = await serve((response, call) => {
      response.setHeader('date', new Date(serverMs).toUTCString())
      refuse(response, call)
    })
    const { url: endpoint, region } = server
    const sender = await createSesSender({ ...plainAddresses, aws: { endpoint, region, credentials } })
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await failure(sender.send(makeMail(), { signal: AbortSignal.timeout(20_000) }))).message).toContain(
        'clock',
      )
    }
    const offMs = server.calls.map(({ signedAtMs }) => Math.abs(signedAtMs - serverMs))
    expect(offMs[0]).toBeGreaterThan(19 * 60_000)
    expect(offMs[1]).toBeLessThan(60_000)
  })

  it('sends no message that is larger than SES takes', async () => {
    const server = await serve()
    const png = Buffer.alloc(7_400_000)
    const mail = makeMail({ images: [{ cid: 'chart', fileName: 'cpu.png', png }] })
    const { effect, message } = await failure(send(server, { mail }))
    expect([effect, message]).toEqual(['none', expect.stringMatching(/has 10\d{6} bytes; expected at most 10000000/)])
    expect(server.calls).toEqual([])
  })

  it('knows that nobody has it when the connection never stands', async () => {
    const url = await serveNobody()
    const sending = send({ url, region: 'eu-west-1' }, { timeouts: { connectMs: 200, answerMs: 5_000 } })
    const { effect, message } = await failure(sending)
    expect([effect, message]).toEqual(['none', expect.stringContaining('200 ms')])
  })
})

/** A server that has stopped, with its queue of connections full: the next one gets no answer. */
async function serveNobody(): Promise<string> {
  const stopped = new Worker(
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:worker_threads').parentPort.postMessage(server.address().port)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`,
    { eval: true },
  )
  const [port] = await once(stopped, 'message')
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  closers.push(async () => {
    for (const socket of waiting) socket.destroy()
    await stopped.terminate()
  })
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, 'connect')))
  return `http://127.0.0.1:${port}`
}
