/** A topic of LocalStack's SNS, to which a web server of ours is subscribed. */
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSnsReceiver } from '../../adapters/receivers/sns.ts'
import { makeMessage } from '../contract/message.ts'
import { describeReceiver } from '../contract/receiver-contract.ts'
import { subscribe } from './subscriber.ts'
import { useLocalStack } from './use.ts'

const limits = { name: 'topic', deadlineMs: 30_000, capPerHour: 60 }
let topics = 0
let client: SNSClient
beforeAll(() => {
  useLocalStack()
  client = new SNSClient()
})

async function openTopic(suffix = '', attributes: Record<string, string> = {}) {
  topics += 1
  const { TopicArn = '' } = await client.send(
    new CreateTopicCommand({ Name: `alerts-${process.pid}-${topics}${suffix}`, Attributes: attributes }),
  )
  return { topic: TopicArn, remove: () => client.send(new DeleteTopicCommand({ TopicArn })) }
}

async function openSubscribed() {
  const { topic, remove } = await openTopic()
  const { notifications, close } = await subscribe(topic)
  return { topic, notifications, close: () => remove().then(close) }
}

describeReceiver("a topic of LocalStack's SNS", {
  behaviours: ['accepts'],
  open: async () => {
    const { topic, notifications, close } = await openSubscribed()
    let sent = 0
    const receiver = createSnsReceiver({ ...limits, topic })
    return {
      receiver: {
        ...receiver,
        send: async (message, options) => {
          const accepted = await receiver.send(message, options)
          sent += 1
          return accepted
        },
      },
      received: async () => {
        await expect.poll(() => notifications().length, { timeout: 20_000 }).toBe(sent)
        return notifications().map(({ Message, MessageAttributes }) => {
          return { id: MessageAttributes?.id?.Value ?? '', text: Message }
        })
      },
      close,
    }
  },
})

describe("LocalStack's SNS", () => {
  it('hands on subject, text and what subscriptions filter by', async () => {
    const { topic, notifications, close } = await openSubscribed()
    const { where } = await createSnsReceiver({ ...limits, topic }).send(makeMessage(), { signal })
    await expect.poll(notifications, { timeout: 20_000 }).toMatchObject([
      {
        Subject: '[firing] web-1: CPU 91.3 % > 80 % #aaaaaaaaaaaa',
        Message: 'CPU is at 91.3 %\n',
        MessageAttributes: {
          severity: { Type: 'String', Value: 'warning' },
          hosts: { Type: 'String.Array', Value: '["web-1"]' },
        },
      },
    ])
    expect(where).toBe(topic)
    await close()
  })

  it('takes messages of FIFO topics, which refuse what names no group', async () => {
    const { topic, remove } = await openTopic('.fifo', { FifoTopic: 'true' })
    const receiver = createSnsReceiver({ ...limits, topic })
    await expect(receiver.send(makeMessage(), { signal })).resolves.toMatchObject({ where: topic })
    await remove()
  })

  it('says of a topic that is not there that it is not there', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:nothing'
    const sending = createSnsReceiver({ ...limits, topic }).send(makeMessage(), { signal })
    await expect(sending).rejects.toMatchObject({
      effect: 'none',
      message: expect.stringContaining('there is no topic'),
    })
  })
})

const { signal } = new AbortController()
