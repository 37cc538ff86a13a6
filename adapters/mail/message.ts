/**
 * One mail as a MIME message: multipart/alternative of text and HTML, images inline. SMTP and SES send it, `.eml` keeps it;
 * all build it here, so that what is looked at in a file is what would have been sent.
 */
import { createHash } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { oneLine } from '../../core/view/line.ts'
import type { Mail } from './port.ts'

export interface Addresses {
  from: string
  to: readonly string[]
}

/** For nodemailer. Nothing in it is fetched from a file or a URL. */
export function messageOf(mail: Mail, { from, to }: Addresses): SendMailOptions {
  return {
    from,
    to: [...(mail.to ?? to)],
    subject: oneLine(mail.subject),
    messageId: messageIdOf(mail.id, from),
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo, references: [mail.inReplyTo] }),
    headers: {
      'X-Vitals-Notice': oneLine(mail.id),
      ...(mail.incidents?.length ? { 'X-Vitals-Incident': oneLine(mail.incidents.join(' ')) } : {}),
      // RFC 3834: nobody's holiday reply to a machine.
      'Auto-Submitted': 'auto-generated',
      ...(mail.unsubscribe === undefined ? {} : { 'List-Unsubscribe': unsubscribeTo(from, mail.unsubscribe) }),
    },
    text: mail.text,
    html: mail.html,
    attachments: mail.images.map(({ cid, fileName, png }) => ({
      cid,
      filename: oneLine(fileName),
      content: Buffer.from(png),
      contentType: 'image/png',
      contentDisposition: 'inline',
    })),
    xMailer: 'Vitals',
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** RFC 2369, 3.2: whoever sends the mails reads what is answered. */
function unsubscribeTo(from: string, subject: string): string {
  const [name, domain] = [from.slice(0, from.lastIndexOf('@')), from.slice(from.lastIndexOf('@') + 1)]
  const address = `${encodeURIComponent(name)}@${domainToASCII(domain) || domain}`
  return `<mailto:${address}?subject=${encodeURIComponent(subject)}>`
}

export interface BuiltMessage {
  bytes: Buffer
  messageId: string
  /** Plain addresses, their domains in ASCII. */
  envelope: { from: string; to: string[] }
}

/** The whole message in memory, as it goes over the wire. */
export async function buildMessage(mail: Mail, addresses: Addresses): Promise<BuiltMessage> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  const { message, messageId, envelope } = await transport.sendMail(messageOf(mail, addresses))
  if (!Buffer.isBuffer(message)) throw new Error('the message was not built in memory')
  if (!envelope.from) throw new Error(`sender ${addresses.from}: expected a mail address`)
  return { bytes: message, messageId, envelope: { from: envelope.from, to: [...envelope.to] } }
}

/** The same mail has the same id, however often it is sent: mail stores drop the second, and answers find the first. */
function messageIdOf(mailId: string, from: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return `<${safeName(mailId)}@${domainToASCII(domain) || 'vitals.invalid'}>`
}

const longestName = 120

/** A file name and the left side of a Message-ID. What isn't plain, or is too long, ends in a hash, so that two stay two. */
export function safeName(id: string): string {
  const plain = id
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/\.{2,}/g, '_')
    .replace(/^[.-]+|[.-]+$/g, '_')
  if (plain === id && id !== '' && id.length <= longestName) return id
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12)
  return `${plain.slice(0, longestName)}_${hash}`
}
