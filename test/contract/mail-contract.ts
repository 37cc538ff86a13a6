/** What every mail sender holds: run by SMTP and SES against servers, and by files. */
import { type Headers, type ParsedMail, simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Addresses } from '../../adapters/mail/message.ts'
import { type Mail, MailError, type MailSender } from '../../adapters/mail/port.ts'

export interface OpenSender {
  sender: MailSender
  /** The raw messages that arrived. */
  received(): Promise<Buffer[]>
  close(): Promise<void>
}

export const addresses: Addresses = { from: 'vitals@mail.example.com', to: ['ops@example.com', 'zoë@example.com'] }

/** For a sender that takes only ASCII before the @. */
export const plainAddresses: Addresses = { ...addresses, to: ['ops@example.com', 'zoe@example.com'] }

const hostileIds = ['../../../etc/cron.d/x', 'a\r\nBcc: thief@example.com', '<script>', '.', 'x'.repeat(500), '']

const png = Buffer.from('89504e470d0a1a0a0000', 'hex')

export function makeMail(mail: Partial<Mail> = {}): Mail {
  return {
    id: '3f9a1c07be42-default-firing',
    subject: '[firing] web-1: CPU 91.3 % > 80 %',
    text: 'CPU is at 91.3 %\n',
    html: '<p>CPU is at 91.3 %</p>',
    images: [],
    ...mail,
  }
}

export function describeMailSender(
  name: string,
  open: () => Promise<OpenSender>,
  { addresses: { to } = addresses }: { addresses?: Addresses } = {},
): void {
  describe(name, () => {
    let opened: OpenSender
    beforeEach(async () => {
      opened = await open()
    })
    afterEach(() => opened.close())

    const send = (mail: Mail) => sendBy(opened, mail)
    const sendAndParse = async (mail: Mail): Promise<ParsedMail> => {
      await send(mail)
      const [message] = await opened.received()
      return await simpleParser(message ?? '', { skipImageLinks: true, skipTextToHtml: true })
    }

    it('delivers sender, receivers, subject, text and HTML as they were', async () => {
      const parsed = await sendAndParse(
        makeMail({
          subject: '[firing] größe-1: disk /données 93 % > 90 %',
          text: 'Wände\n.\n..\n',
          html: '<p>Wände — ✓</p>',
        }),
      )
      expect(parsed.from?.value[0]?.address).toBe('vitals@mail.example.com')
      expect([parsed.to].flat().flatMap((to) => to?.value.map(({ address }) => address))).toEqual([...to])
      expect(parsed.subject).toBe('[firing] größe-1: disk /données 93 % > 90 %')
      expect(parsed.text).toBe('Wände\n.\n..\n')
      expect(parsed.html).toBe('<p>Wände — ✓</p>')
    })

    it('sends to the receivers that the mail names, and says where one leaves the list', async () => {
      const parsed = await sendAndParse(makeMail({ to: ['lead@example.com'], unsubscribe: 'no more, please' }))
      expect([parsed.to].flat().flatMap((one) => one?.value.map(({ address }) => address))).toEqual([
        'lead@example.com',
      ])
      const [message = Buffer.alloc(0)] = await opened.received()
      // Long lines are folded: RFC 5322, 2.2.3.
      const unfolded = message.toString().replace(/\r\n(?=[ \t])/g, '')
      const header = /^List-Unsubscribe:[ \t]*([^\r\n]*)/m.exec(unfolded)?.[1]
      expect(header).toBe('<mailto:vitals@mail.example.com?subject=no%20more%2C%20please>')
    })

    it('names no way to leave where nobody subscribed', async () => {
      await send(makeMail())
      const [message = Buffer.alloc(0)] = await opened.received()
      expect(message.toString()).not.toMatch(/^List-Unsubscribe/m)
    })

    it('sends text and HTML as alternatives, with images beside the HTML', async () => {
      await send(
        makeMail({ html: '<img src="cid:chart" alt="CPU">', images: [{ cid: 'chart', fileName: 'cpu.png', png }] }),
      )
      const [message = Buffer.alloc(0)] = await opened.received()
      const types = message.toString().match(/^Content-Type: [a-z]+\/[a-z]+/gm)
      expect(types).toEqual([
        'Content-Type: multipart/alternative',
        'Content-Type: text/plain',
        'Content-Type: multipart/related',
        'Content-Type: text/html',
        'Content-Type: image/png',
      ])
      const { attachments } = await simpleParser(message)
      expect(attachments).toMatchObject([{ cid: 'chart', related: true, contentDisposition: 'inline', content: png }])
    })

    it('names the notice in a header, asks for no automatic answer, and hangs an answer under the first mail', async () => {
      const { messageId } = await send(makeMail())
      const incidents = ['0123456789ab', 'a\r\nBcc: thief@example.com']
      await send(makeMail({ id: 'z-resolved', inReplyTo: messageId, incidents }))
      const headers = await allHeaders(opened)
      expect(headers.get('z-resolved')?.get('in-reply-to')).toBe(messageId)
      expect(headers.get('z-resolved')?.get('references')).toBe(messageId)
      expect(headers.get('z-resolved')?.get('x-vitals-incident')).toBe('0123456789ab a Bcc: thief@example.com')
      expect(headers.get('z-resolved')?.get('auto-submitted')).toBe('auto-generated')
      expect(headers.get('3f9a1c07be42-default-firing')?.has('in-reply-to')).toBe(false)
    })

    it.each([
      ['a line break', 'web-1\r\nBcc: thief@example.com\r\n\r\nbody', 'web-1 Bcc: thief@example.com body'],
      ['a bare line feed', 'web-1\nBcc: thief@example.com', 'web-1 Bcc: thief@example.com'],
      ['other separators of lines', 'web-1\u2028Bcc: x\u0085Bcc: y', 'web-1 Bcc: x\ufffdBcc: y'],
      ['text that turns around', 'web-1 \u202egpj.exe\u2066', 'web-1 \ufffdgpj.exe\ufffd'],
      ['control characters', 'web\u0000-\u001b[31m1', 'web\ufffd-\ufffd[31m1'],
      ['half a character', 'web-\ud83d', 'web-\ufffd'],
    ])('lets no header begin in a subject with %s', async (_, subject, arrived) => {
      const parsed = await sendAndParse(makeMail({ subject }))
      expect(parsed.subject).toBe(arrived)
      expect([parsed.headers.has('bcc'), parsed.text]).toEqual([false, 'CPU is at 91.3 %\n'])
    })

    it.each(hostileIds)('takes the id %j for a name and nothing else', async (id) => {
      const parsed = await sendAndParse(makeMail({ id }))
      expect([parsed.headers.has('bcc'), parsed.text]).toEqual([false, 'CPU is at 91.3 %\n'])
    })

    it('sends nothing once its signal is aborted', async () => {
      const sending = opened.sender.send(makeMail(), { signal: AbortSignal.abort() })
      await expect(sending).rejects.toThrow(MailError)
      expect(await opened.received()).toEqual([])
    })
  })
}

/** Of a sender whose Message-IDs arrive as they were given; SES puts its own in their place. */
export function describeMessageIds(name: string, open: () => Promise<OpenSender>): void {
  describe(name, () => {
    let opened: OpenSender
    beforeEach(async () => {
      opened = await open()
    })
    afterEach(() => opened.close())

    const send = (mail: Mail) => sendBy(opened, mail)

    it('gives a mail the same Message-ID however often it is sent, and says which', async () => {
      const first = await send(makeMail())
      const second = await send(makeMail())
      const other = await send(makeMail({ id: 'another' }))
      expect(first.messageId).toBe('<3f9a1c07be42-default-firing@mail.example.com>')
      expect(second.messageId).toBe(first.messageId)
      expect(other.messageId).not.toBe(first.messageId)
      const [message] = await opened.received()
      expect((await simpleParser(message ?? '')).messageId).toBe(first.messageId)
    })

    it.each(hostileIds)('makes a Message-ID of the id %j', async (id) => {
      const { messageId } = await send(makeMail({ id }))
      expect(messageId).toMatch(/^<[A-Za-z0-9._-]{1,140}@mail\.example\.com>$/)
      const [message] = await opened.received()
      expect((await simpleParser(message ?? '')).messageId).toBe(messageId)
    })
  })
}

const sendBy = ({ sender }: OpenSender, mail: Mail) => sender.send(mail, { signal: AbortSignal.timeout(20_000) })

async function allHeaders(opened: OpenSender): Promise<Map<unknown, Headers>> {
  const parsed = await Promise.all((await opened.received()).map((message) => simpleParser(message)))
  return new Map(parsed.map(({ headers }) => [headers.get('x-vitals-notice'), headers]))
}
