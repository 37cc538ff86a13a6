/** SES as LocalStack plays it. It keeps the Message-ID that we give, where SES puts its own: the unit tests have that. */
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses'
import { beforeAll, expect, it } from 'vitest'
import { createSesSender } from '../../adapters/mail/ses.ts'
import { describeMailSender, makeMail, plainAddresses } from '../contract/mail-contract.ts'
import { useLocalStack } from './use.ts'

interface SentMail {
  Id: string
  Region: string
  Source: string
  RawData: string
}

let url: string
beforeAll(async () => {
  url = useLocalStack()
  await new SESClient().send(new VerifyEmailIdentityCommand({ EmailAddress: plainAddresses.from }))
})

async function sentMails(): Promise<SentMail[]> {
  const answer = await fetch(`${url}/_aws/ses?email=${encodeURIComponent(plainAddresses.from)}`)
  const { messages } = (await answer.json()) as { messages: SentMail[] }
  return messages
}

describeMailSender(
  "mail by LocalStack's SES",
  async () => {
    // Others may send, too: only what came since is this test's.
    const before = new Set((await sentMails()).map(({ Id }) => Id))
    return {
      sender: await createSesSender(plainAddresses),
      received: async () => {
        const mails = (await sentMails()).filter(({ Id }) => !before.has(Id))
        return mails.map(({ RawData }) => Buffer.from(RawData))
      },
      close: async () => {},
    }
  },
  { addresses: plainAddresses },
)

it('gives the Message-ID of the mail that it took', async () => {
  const { messageId, where } = await (await createSesSender(plainAddresses)).send(makeMail(), { signal })
  const ids = (await sentMails()).map(({ Id }) => `<${Id}@email.amazonses.com>`)
  expect(ids).toContain(messageId)
  expect(where).toBe('SES in us-east-1 to ops@example.com, zoe@example.com')
})

it('refuses a sender that nobody has verified, and says how to', async () => {
  const from = 'nobody@unverified.example.com'
  const sending = (await createSesSender({ ...plainAddresses, from })).send(makeMail(), { signal })
  await expect(sending).rejects.toMatchObject({
    name: 'MailError',
    effect: 'none',
    message: expect.stringContaining(
      `verify MONITOR_MAIL_FROM (aws ses verify-email-identity --region us-east-1 --email-address ${from})`,
    ),
  })
})

const { signal } = new AbortController()
