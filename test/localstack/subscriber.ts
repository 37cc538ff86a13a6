/** A web server of ours, subscribed to a topic of LocalStack's SNS. */
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { expect } from 'vitest'
import { startHttpServer } from '../contract/http-server.ts'

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
interface Posted {
  Type: 'SubscriptionConfirmation' | 'Notification'
  Token?: string
  Subject?: string
  Message: string
  MessageAttributes?: Record<string, { Type: string; Value: string }>
}

export async function subscribe(topic: string) {
  const client = new SNSClient()
  const server = await startHttpServer()
  const posted = () => server.posts.map(({ body }) => JSON.parse(body) as Posted)
  await client.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: server.url }))
  await expect.poll(() => posted().length, { timeout: 20_000 }).toBe(1)
  await client.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: posted()[0]?.Token }))
  return {
    notifications: () => posted().filter(({ Type }) => Type === 'Notification'),
    close: server.close,
  }
}
