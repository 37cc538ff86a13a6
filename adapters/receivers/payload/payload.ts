/** What a message is as JSON, by the format that its receiver has asked for. */
import type { WebhookFormat } from '../../../core/config/receiver.ts'
import type { Message } from '../port.ts'
import { alertmanagerPayload } from './alertmanager.ts'
import { slackPayload } from './slack.ts'
import { vitalsPayload } from './vitals.ts'

/** `undefined`: the format knows no such message. */
export function payloadOf(message: Message, format: WebhookFormat): object | undefined {
  switch (format) {
    case 'vitals':
      return vitalsPayload(message)
    case 'slack':
      return slackPayload(message)
    case 'alertmanager':
      return alertmanagerPayload(message)
  }
}
