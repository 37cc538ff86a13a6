/**
 * The receivers of a vitals.yml in a test. Mail is built, and sent to where the test sends mails; webhooks, topics and programs
 * are given nothing: what they would have been given is kept. Nobody is paged by a test.
 */
import type { Clock } from '../../adapters/clock/port.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import { createMailReceiver } from '../../adapters/receivers/mail.ts'
import { payloadOf } from '../../adapters/receivers/payload/payload.ts'
import { vitalsPayload } from '../../adapters/receivers/payload/vitals.ts'
import { defaultReceiverLimits, type ReceiverLimits, retryPolicies } from '../../adapters/receivers/policy.ts'
import type { Message, Receiver } from '../../adapters/receivers/port.ts'
import type { ReceiverConfig } from '../../core/config/receiver.ts'
import { defaultReceiver } from '../../core/notice.ts'
import type { ToldMessage } from '../../core/rule-test/compare-told.ts'

export interface TestReceiversOptions {
  configs: readonly ReceiverConfig[]
  /** Of mails to these; absent: to MONITOR_MAIL_TO. */
  mailTo(to?: readonly string[]): Promise<MailSender>
  clock: Clock
  onTold(message: ToldMessage): void
}

/** By name. */
export async function openTestReceivers(options: TestReceiversOptions): Promise<Readonly<Record<string, Receiver>>> {
  const { configs, mailTo } = options
  const mail = async (limits: ReceiverLimits, to?: readonly string[]) =>
    kept(createMailReceiver({ ...limits, sender: await mailTo(to) }), options)
  const receivers: Record<string, Receiver> = { [defaultReceiver]: await mail(defaultReceiverLimits) }
  for (const config of configs) {
    const { name, deadlineMs, capPerHour } = config
    const limits = { name, deadlineMs, capPerHour }
    receivers[name] =
      config.type === 'mail'
        ? await mail(limits, config.to)
        : config.type === 'file'
          ? await mail(limits)
          : kept(givenNothing(limits, config), options, (message) => payloadFor(config, message))
  }
  return receivers
}

/** As it is, and what it takes is kept. */
function kept(
  receiver: Receiver,
  { clock, onTold }: TestReceiversOptions,
  payload: (message: Message) => object | undefined = () => undefined,
): Receiver {
  return {
    ...receiver,
    send: async (message, options) => {
      const accepted = await receiver.send(message, options)
      const { notices, subject, text, html } = message
      const given = payload(message)
      onTold({
        atMs: clock.now(),
        receiver: receiver.name,
        notices,
        subject,
        text,
        ...(receiver.showsPictures ? { html } : {}),
        ...(given === undefined ? {} : { payload: JSON.stringify(given) }),
      })
      return accepted
    },
  }
}

function givenNothing(limits: ReceiverLimits, { type }: ReceiverConfig): Receiver {
  return {
    ...limits,
    destination: `${type}, which a test gives nothing`,
    reachesSomebody: false,
    retry: retryPolicies.webhook,
    send: async ({ id }) => ({ messageId: id, where: 'nowhere' }),
  }
}

function payloadFor(config: ReceiverConfig, message: Message): object | undefined {
  switch (config.type) {
    case 'webhook':
      return payloadOf(message, config.format)
    case 'command':
      return vitalsPayload(message)
    case 'mail':
    case 'file':
    case 'sns':
      return undefined
  }
}
