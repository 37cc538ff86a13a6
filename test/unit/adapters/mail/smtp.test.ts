import { createServer, type Server } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { createSmtpSender, type SmtpSenderOptions } from '../../../../adapters/mail/smtp.ts'
import { addresses, makeMail } from '../../../contract/mail-contract.ts'
import { type LocalSmtpServer, startSmtpServer } from '../../../contract/smtp-server.ts'
import { failure } from './failure.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function serve(options?: SMTPServerOptions): Promise<LocalSmtpServer> {
  const server = await startSmtpServer(options)
  closers.push(server.close)
  return server
}

async function send(url: string, options: Partial<SmtpSenderOptions> = {}, signal = AbortSignal.timeout(20_000)) {
  return await createSmtpSender({ url, ...addresses, ...options }).send(makeMail(), { signal })
}

describe('SMTP', () => {
  it('encrypts where the server offers it', async () => {
    const server = await serve()
    await send(`smtp://127.0.0.1:${server.port}`)
    expect(server.secure).toEqual([true])
  })

  it('sends in the clear where the server offers nothing else', async () => {
    const server = await serve({ hideSTARTTLS: true })
    await send(`smtp://127.0.0.1:${server.port}`)
    expect(server.secure).toEqual([false])
  })

  it('speaks TLS from the first byte to smtps', async () => {
    const server = await serve({ secure: true })
    await send(`smtps://127.0.0.1:${server.port}`)
    expect(server.secure).toEqual([true])
  })

  // 0.0.0.0 reaches this machine without being called loopback.
  it.each(['smtp', 'smtps'])(
    'takes no certificate by %s that it can not verify, unless from this machine',
    async (scheme) => {
      const server = await serve({ secure: scheme === 'smtps' })
      const { message, effect } = await failure(send(`${scheme}://0.0.0.0:${server.port}`))
      expect([message, effect]).toEqual([expect.stringContaining('certificate'), 'none'])
      expect(server.messages).toEqual([])
    },
  )

  it('gives no password to a server that does not encrypt', async () => {
    const passwords: unknown[] = []
    const server = await serve({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, callback) => {
        passwords.push(password)
        callback(null, { user: 'vitals' })
      },
    })
    const { effect } = await failure(send(`smtp://vitals:secret@0.0.0.0:${server.port}`))
    expect([effect, passwords, server.messages]).toEqual(['none', [], []])
  })

  it('logs in with a password that has signs of a URL in it', async () => {
    const logins: unknown[] = []
    const server = await serve({
      onAuth: ({ username, password }, _session, callback) => {
        logins.push([username, password])
        callback(null, { user: 'vitals' })
      },
    })
    await send(`smtp://${encodeURIComponent('a@b')}:p%40ss%3A100%@127.0.0.1:${server.port}`)
    expect(logins).toEqual([['a@b', 'p@ss:100%']])
  })

  it('names server and receivers as its destination, and no password', () => {
    const { destination, reachesSomebody } = createSmtpSender({
      url: 'smtp://vitals:secret@mail.example.com',
      ...addresses,
    })
    expect(destination).toBe('smtp://mail.example.com:587 to ops@example.com, zoë@example.com')
    expect(reachesSomebody).toBe(true)
  })

  it('says which receivers a server refused, when it took the mail for others', async () => {
    const server = await serve({
      onRcptTo: ({ address }, _session, callback) =>
        callback(address.startsWith('ops') ? null : new Error('no such user')),
    })
    const { where } = await send(`smtp://127.0.0.1:${server.port}`)
    expect(where).toMatch(/; refused for zoë@/)
  })

  it.each<[string, SMTPServerOptions]>([
    ['the sender', { onMailFrom: (_address, _session, callback) => callback(new Error('go away')) }],
    ['every receiver', { onRcptTo: (_address, _session, callback) => callback(new Error('go away')) }],
    [
      'the message',
      {
        onData: (stream, _session, callback) => {
          stream.resume()
          stream.on('end', () => callback(new Error('go away')))
        },
      },
    ],
  ])('knows that nobody has it when the server refuses %s', async (_, options) => {
    const server = await serve(options)
    const { message, effect } = await failure(send(`smtp://127.0.0.1:${server.port}`))
    expect([message, effect]).toEqual([expect.stringContaining('go away'), 'none'])
  })

  it('knows that nobody has it when there is no server', async () => {
    const server = await startSmtpServer()
    await server.close()
    expect((await failure(send(`smtp://127.0.0.1:${server.port}`))).effect).toBe('none')
  })

  it('knows that nobody has it when the server never greets', async () => {
    const port = await listen(() => {})
    const sending = send(`smtp://127.0.0.1:${port}`, { timeouts: { greetingMs: 50 } })
    expect((await failure(sending)).effect).toBe('none')
  })

  it('does not know whether it went out when the server takes it and hangs up', async () => {
    const server = await serve({
      onData: (stream) => {
        stream.resume()
        stream.on('end', () => server.hangUp())
      },
    })
    expect((await failure(send(`smtp://127.0.0.1:${server.port}`))).effect).toBe('unknown')
  })

  it('does not know whether it went out when it is interrupted while the server thinks', async () => {
    const stop = new AbortController()
    const server = await serve({
      onData: (stream) => {
        stream.resume()
        stream.on('end', () => stop.abort(new Error('enough')))
      },
    })
    expect((await failure(send(`smtp://127.0.0.1:${server.port}`, {}, stop.signal))).effect).toBe('unknown')
  })

  it.each(['http://mail.example.com', 'smtp://', 'mail.example.com'])('refuses %s as a server', (url) => {
    expect(() => createSmtpSender({ url, ...addresses })).toThrow('expected smtp://user:password@host:port')
  })
})

/** A server that says nothing. */
async function listen(onConnection: () => void): Promise<number> {
  const server: Server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => server.close())
  return (server.address() as { port: number }).port
}
