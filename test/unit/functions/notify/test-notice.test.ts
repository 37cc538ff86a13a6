import { describe, expect, it } from 'vitest'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import { type Message, type Receiver, ReceiverError } from '../../../../adapters/receivers/port.ts'
import { sendTestNotice } from '../../../../functions/notify/test-notice.ts'
import { createManualClock, createPlainRandom } from './manual-clock.ts'

describe('a test notice', () => {
  it('goes to each receiver, and tells of each how it went', async () => {
    const told: Message[] = []
    const good: Receiver = {
      ...defaultReceiverLimits,
      retry: retryPolicies.mail,
      reachesSomebody: false,
      destination: 'logs/mail',
      send: async (message) => {
        told.push(message)
        return { messageId: '<1>', where: 'logs/mail/1.eml' }
      },
    }
    const bad: Receiver = {
      ...good,
      name: 'pager',
      reachesSomebody: true,
      destination: 'smtp://mail:25 to ops@example.com',
      send: async () => Promise.reject(new ReceiverError('connection refused')),
    }
    const results = await sendTestNotice({
      receivers: [good, bad],
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
    expect(told[0]?.subject).toBe('[TEST] web-1: messages from Vitals arrive #000000000001')
  })
})
