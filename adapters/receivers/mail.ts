/** Notices by mail, or as files of mail: whichever sender it is given. */
import { MailError, type MailSender } from '../mail/port.ts'
import { type ReceiverLimits, retryPolicies } from './policy.ts'
import { type Receiver, ReceiverError, type RetryPolicy } from './port.ts'

/** A header of more would be longer than some readers take. */
const incidentsMost = 40

export interface MailReceiverOptions extends ReceiverLimits {
  sender: MailSender
  retry?: RetryPolicy
}

export function createMailReceiver({ sender, retry = retryPolicies.mail, ...limits }: MailReceiverOptions): Receiver {
  const { destination, reachesSomebody } = sender
  return {
    ...limits,
    destination,
    reachesSomebody,
    showsPictures: true,
    retry,
    send: async ({ id, notices, subject, text, html, images, inReplyTo }, { signal }) => {
      try {
        const incidents = [...new Set(notices.map(({ incident }) => incident))].slice(0, incidentsMost)
        const mail = { id, subject, text, html, images: [...images], incidents }
        return await sender.send(inReplyTo === undefined ? mail : { ...mail, inReplyTo }, { signal })
      } catch (cause) {
        if (!(cause instanceof MailError)) throw cause
        throw new ReceiverError(cause.message, { effect: cause.effect, cause })
      }
    },
  }
}
