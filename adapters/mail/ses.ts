/**
 * Mail by Amazon SES, API version 1: LocalStack has no other, and what we send fits. SES has no idempotency: a mail is sent
 * by one call, once, and whether to try again is notify's to decide.
 */
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import {
  type AwsAccess,
  type AwsTimeouts,
  bounded,
  onceOnly,
  type Remedy,
  readFailure,
  watchBegin,
} from '../aws/call.ts'
import { type Addresses, buildMessage } from './message.ts'
import { type Mail, MailError, type MailSender } from './port.ts'

export interface SesSenderOptions extends Addresses {
  aws?: AwsAccess
  timeouts?: AwsTimeouts
}

/** What one call takes, https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxReceivers = 50
const maxMessageBytes = 10_000_000

/** Together they end before notify's deadline, which could not tell who failed. */
const defaultTimeouts: AwsTimeouts = { connectMs: 5_000, answerMs: 20_000 }

/** Throws a `MailError` when the region isn't set. What else is wrong, each mail tells: reports are made all the same. */
export async function createSesSender(options: SesSenderOptions): Promise<MailSender> {
  const { from, to, aws = {}, timeouts = defaultTimeouts } = options
  const client = new SESClient({ ...aws, ...onceOnly(timeouts) })
  const region = await client.config.region().catch((cause) => {
    const { reason } = readFailure(cause, { hasBegun: false })
    throw new MailError(`mail by SES: ${reason}`, { effect: 'none', cause })
  })
  const place = `SES in ${region}`
  const remedies = remediesFor({ from, region })
  const destination = `${place} to ${to.join(', ')}`
  return {
    reachesSomebody: true,
    destination,
    send: async (mail: Mail, { signal: stop }) => {
      const signal = bounded(stop, timeouts)
      let hasBegun = () => false
      try {
        signal.throwIfAborted()
        checkAddresses({ from, to: mail.to ?? to })
        const command = await createCommand(mail, { from, to })
        hasBegun = watchBegin(command)
        const { MessageId } = await client.send(command, { abortSignal: signal })
        if (!MessageId) throw new Error('its answer names no message; is AWS_ENDPOINT_URL right?')
        return {
          messageId: messageIdAt(region, MessageId),
          where: mail.to ? `${place} to ${mail.to.join(', ')}` : destination,
        }
      } catch (cause) {
        const { effect, reason } = readFailure(cause, { hasBegun: hasBegun(), signal, remedies })
        throw new MailError(`send ${mail.id} by ${place}: ${reason}`, { effect, cause })
      }
    },
  }
}

/** SES puts this in place of the Message-ID that we gave: answers must name it to stand in one thread. */
function messageIdAt(region: string, id: string): string {
  return `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`
}

async function createCommand(mail: Mail, addresses: Addresses): Promise<SendRawEmailCommand> {
  const { bytes, envelope } = await buildMessage(mail, addresses)
  if (bytes.length > maxMessageBytes) {
    throw new Error(`the message has ${bytes.length} bytes; expected at most ${maxMessageBytes}`)
  }
  return new SendRawEmailCommand({ Source: envelope.from, Destinations: envelope.to, RawMessage: { Data: bytes } })
}

function checkAddresses({ from, to }: Addresses): void {
  if (to.length > maxReceivers) throw new Error(`${to.length} receivers; expected at most ${maxReceivers}`)
  // One such address, and SES refuses the mail to all. Domains are put into ASCII on the way.
  const foreign = [from, ...to].filter((address) => !/^[\x21-\x7e]+$/.test(address.slice(0, address.lastIndexOf('@'))))
  if (foreign.length > 0) throw new Error(`${foreign.join(', ')}: expected only ASCII before the @`)
}

function remediesFor({ from, region }: { from: string; region: string }): Remedy[] {
  const verify = `aws ses verify-email-identity --region ${region} --email-address ${from}`
  const resume = `aws ses update-account-sending-enabled --region ${region} --enabled`
  return [
    { when: /^MailFromDomainNotVerified/, remedy: `put the records of the MAIL FROM domain of ${from} into the DNS` },
    {
      when: /not verified|authority to send/i,
      remedy: `verify MONITOR_MAIL_FROM (${verify}), and in the sandbox each receiver; identities belong to one region`,
    },
    { when: /^AccountSendingPaused/, remedy: `allow sending again: ${resume}` },
    { when: /^AccessDenied/, remedy: `allow ses:SendRawEmail on the identity of ${from}` },
    { when: /^Throttling/, remedy: 'ask for a higher quota of SES if this lasts' },
  ]
}
