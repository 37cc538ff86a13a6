import { describe, expect, it } from 'vitest'
import { type Mail, MailError, type MailSender } from '../../../../adapters/mail/port.ts'
import { sendTestNotice } from '../../../../functions/notify/test-notice.ts'
import { createManualClock, createPlainRandom } from './manual-clock.ts'

describe('a test notice', () => {
  it('goes to each receiver, and tells of each how it went', async () => {
    const mails: Mail[] = []
    const good: MailSender = {
      reachesSomebody: false,
      destination: 'logs/mail',
      send: async (mail) => {
        mails.push(mail)
        return { messageId: '<1>', where: 'logs/mail/1.eml' }
      },
    }
    const bad: MailSender = {
      reachesSomebody: true,
      destination: 'smtp://mail:25 to ops@example.com',
      send: async () => Promise.reject(new MailError('connection refused')),
    }
    const results = await sendTestNotice({
      receivers: { default: good, pager: bad },
      host: 'web-1',
      clock: createManualClock(),
      random: createPlainRandom(),
      timeZone: 'Europe/Berlin',
    })
    expect(results).toEqual([
      {
        receiver: 'default',
        destination: 'logs/mail',
        reachesSomebody: false,
        outcome: 'sent',
        messageId: '<1>',
        where: 'logs/mail/1.eml',
      },
      {
        receiver: 'pager',
        destination: 'smtp://mail:25 to ops@example.com',
        reachesSomebody: true,
        outcome: 'failed',
        error: 'connection refused',
      },
    ])
    expect(mails[0]?.subject).toBe('[TEST] web-1: messages from Vitals arrive #000000000001')
  })
})
