/**
 * Notices to an Amazon SNS topic: the text as the message, and attributes that subscriptions filter by. A message is sent by
 * one call, once; a FIFO topic drops the second of one that is sent again.
 */
import { createHash } from 'node:crypto'
import { type MessageAttributeValue, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns'
import { oneLine } from '../../core/view/line.ts'
import {
  type AwsAccess,
  type AwsTimeouts,
  bounded,
  onceOnly,
  type Remedy,
  readFailure,
  watchBegin,
} from '../aws/call.ts'
import { type ReceiverLimits, retryPolicies } from './policy.ts'
import { type Message, type Receiver, ReceiverError, type RetryPolicy } from './port.ts'

export interface SnsReceiverOptions extends ReceiverLimits {
  /** ARN. Its region is that of the calls. */
  topic: string
  aws?: AwsAccess
  timeouts?: AwsTimeouts
  retry?: RetryPolicy
}

/** Message and attributes together: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const mostSnsBytes = 262_144
/** What attributes may take of it. */
const attributeBytes = 16_384
/** ASCII, without control characters; the same page. */
const mostSubject = 100
/** Of each list among the attributes. */
const mostListed = 50
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html: of names that hosts chose, no more than that. */
const mostName = 100

/** Together they end before the deadline of a receiver, which could not tell who failed. */
const defaultTimeouts: AwsTimeouts = { connectMs: 5_000, answerMs: 20_000 }

export function createSnsReceiver(options: SnsReceiverOptions): Receiver {
  const { topic, aws = {}, timeouts = defaultTimeouts, retry = retryPolicies.sns, ...limits } = options
  const region = topic.split(':')[3] ?? ''
  const client = new SNSClient({ region, ...aws, ...onceOnly(timeouts) })
  const remedies = remediesFor(topic)
  return {
    ...limits,
    destination: topic,
    reachesSomebody: true,
    retry,
    send: async (message, { signal: stop }) => {
      const signal = bounded(stop, timeouts)
      let hasBegun = () => false
      try {
        signal.throwIfAborted()
        const command = new PublishCommand(publishInput(message, topic))
        hasBegun = watchBegin(command)
        const { MessageId } = await client.send(command, { abortSignal: signal })
        if (!MessageId) throw new Error('its answer names no message; is AWS_ENDPOINT_URL right?')
        return { messageId: MessageId, where: topic }
      } catch (cause) {
        const { effect, name, reason } = readFailure(cause, { hasBegun: hasBegun(), signal, remedies })
        const retry = /^(?:InvalidParameter|ParameterValueInvalid)/.test(name) ? 'never' : 'later'
        throw new ReceiverError(`publish ${message.id} to ${topic}: ${reason}`, { effect, retry, cause })
      }
    },
  }
}

export function publishInput(message: Message, topic: string): PublishCommandInput {
  const { id, group, subject, text } = message
  return {
    TopicArn: topic,
    Subject: asciiSubject(subject),
    Message: withinBytes(text, mostSnsBytes - attributeBytes),
    MessageAttributes: attributesOf(message),
    // What belongs together stays in order, so that an end does not overtake its beginning.
    ...(topic.endsWith('.fifo') ? { MessageDeduplicationId: hashOf(id), MessageGroupId: hashOf(group) } : {}),
  }
}

function attributesOf({ id, kind, notices }: Message): Record<string, MessageAttributeValue> {
  const isCritical = notices.some(({ severity }) => severity === 'critical')
  return {
    id: { DataType: 'String', StringValue: printed(id) },
    kind: { DataType: 'String', StringValue: kind },
    severity: { DataType: 'String', StringValue: isCritical ? 'critical' : 'warning' },
    kinds: listed(notices.map((notice) => notice.kind)),
    rules: listed(notices.map(({ rule }) => rule)),
    hosts: listed(notices.map(({ host }) => host)),
  }
}

function listed(values: readonly string[]): MessageAttributeValue {
  const shown = [...new Set(values.map(printed))].slice(0, mostListed)
  return { DataType: 'String.Array', StringValue: JSON.stringify(shown) }
}

function printed(text: string): string {
  return [...oneLine(text)].slice(0, mostName).join('') || '-'
}

function asciiSubject(subject: string): string {
  const ascii = oneLine(subject).replace(/[^\x20-\x7e]/gu, '?')
  return ascii.slice(0, mostSubject - 1).trim() || 'Vitals'
}

/** Whole characters, and a word where something is left out. */
function withinBytes(text: string, most: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text || '-'
  const end = '\n… the rest is left out: SNS takes no more'
  const cut = bytes.subarray(0, most - Buffer.byteLength(end)).toString('utf8')
  return `${cut.replace(/\ufffd+$/, '')}${end}`
}

/** 128 letters and digits at most are taken. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function remediesFor(topic: string): Remedy[] {
  return [
    { when: /^AuthorizationError|not authorized/i, remedy: `allow sns:Publish on ${topic}` },
    { when: /^NotFound/, remedy: `there is no topic ${topic}` },
    { when: /^KMS/, remedy: `the topic is encrypted: allow kms:GenerateDataKey and kms:Decrypt on its key` },
    { when: /^Throttl/, remedy: 'ask for a higher quota of SNS if this lasts' },
  ]
}
