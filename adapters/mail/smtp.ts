/** Mail by SMTP (nodemailer): a connection a mail, since alerts are few and an idle connection is the one that is dead. */
import { PassThrough } from 'node:stream'
import { createTransport, type NodemailerError, type SMTPTransportOptions } from 'nodemailer'
import { isLoopback } from '../http/loopback.ts'
import { type Addresses, messageOf } from './message.ts'
import { type Mail, MailError, type MailSender } from './port.ts'

export interface SmtpSenderOptions extends Addresses {
  /** `smtp://user:password@host:port`, or `smtps://…` for TLS from the first byte. */
  url: string
  timeouts?: Partial<SmtpTimeouts>
}

/** Milliseconds. The first three together end before notify's deadline, which could not tell who failed. */
interface SmtpTimeouts {
  dnsMs: number
  connectMs: number
  greetingMs: number
  /** Without a byte from the server. */
  idleMs: number
}

const defaultSmtpTimeouts: SmtpTimeouts = { dnsMs: 5_000, connectMs: 8_000, greetingMs: 8_000, idleMs: 20_000 }

const defaultPort = { 'smtp:': 587, 'smtps:': 465 } as const

export function createSmtpSender({ url, from, to, timeouts }: SmtpSenderOptions): MailSender {
  const server = parseServer(url)
  const connection = connectionOptions(server, { ...defaultSmtpTimeouts, ...timeouts })
  const destinationOf = (receivers: readonly string[]) =>
    `${server.protocol}//${server.shownHost}:${server.port} to ${receivers.join(', ')}`
  return {
    reachesSomebody: true,
    destination: destinationOf(to),
    send: async (mail: Mail, { signal }) => {
      const destination = destinationOf(mail.to ?? to)
      const { transport, hasBegun } = createWatchedTransport(connection)
      try {
        const sent = await transport.sendMail({ ...messageOf(mail, { from, to }), signal })
        const refused = sent.rejected.length === 0 ? '' : `; refused for ${sent.rejected.join(', ')}`
        return { messageId: sent.serverMessageId ?? sent.messageId, where: `${destination}${refused}` }
      } catch (cause) {
        const { message } = cause as Error
        // A server's no, or a failure before the server knew us, leaves nobody with the mail.
        const isKnown = (cause as NodemailerError).responseCode !== undefined || !hasBegun()
        throw new MailError(`send ${mail.id} by ${destination}: ${message}`, {
          effect: isKnown ? 'none' : 'unknown',
          cause,
        })
      }
    },
  }
}

interface Server {
  protocol: keyof typeof defaultPort
  host: string
  shownHost: string
  port: number
  user: string
  password: string
}

function parseServer(text: string): Server {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new MailError('SMTP URL: expected smtp://user:password@host:port or smtps://…', { effect: 'none' })
  }
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    shownHost: url.hostname,
    port: url.port === '' ? defaultPort[url.protocol] : Number(url.port),
    user: decoded(url.username),
    password: decoded(url.password),
  }
}

/** A `%` that begins no escape stays: `100%` is a password too. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

/**
 * STARTTLS wherever it is offered, its certificate verified; a password goes out only when TLS is on. A server on this
 * machine needs neither: its certificate is as a rule one that the distribution made up.
 */
function connectionOptions(
  { protocol, host, port, user, password }: Server,
  { dnsMs, connectMs, greetingMs, idleMs }: SmtpTimeouts,
): SMTPTransportOptions {
  const isLocal = isLoopback(host)
  return {
    host,
    port,
    secure: protocol === 'smtps:',
    requireTLS: protocol === 'smtp:' && user !== '' && !isLocal,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !isLocal },
    dnsTimeout: dnsMs,
    connectionTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: idleMs,
    socketCloseTimeout: 0,
    allowInternalNetworkInterfaces: isLocal,
    ...(user === '' ? {} : { auth: { user, pass: password } }),
  }
}

/** `hasBegun`: nodemailer asks for the message's bytes once it is connected, encrypted and logged in, and not before. */
function createWatchedTransport(connection: SMTPTransportOptions) {
  let begun = false
  const transport = createTransport({ ...connection, disableFileAccess: true, disableUrlAccess: true })
  transport.use('stream', ({ message }, done) => {
    message.transform(() => {
      begun = true
      return new PassThrough()
    })
    done()
  })
  return { transport, hasBegun: () => begun }
}
