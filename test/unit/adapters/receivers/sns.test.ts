import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ReceiverError } from '../../../../adapters/receivers/port.ts'
import { createSnsReceiver, mostSnsBytes, publishInput } from '../../../../adapters/receivers/sns.ts'
import type { Answer } from '../../../contract/http-server.ts'
import { hostileNames, hostileNotice, makeMessage } from '../../../contract/message.ts'
import { attributesIn, publishes, refusesWith, startSns } from '../../../contract/sns-server.ts'
import { makeNotice } from '../../functions/notify/make-notice.ts'

const topic = 'arn:aws:sns:eu-west-1:123456789012:alerts'
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

const closers: (() => Promise<unknown>)[] = []
beforeEach(() => {
  // Whatever this machine knows of AWS is no part of these tests.
  for (const name of ['AWS_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SNS'])
    vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function send(answer: Answer = publishes, message = makeMessage()) {
  const server = await startSns(answer)
  closers.push(server.close)
  const receiver = createSnsReceiver({
    name: 'topic',
    deadlineMs: 30_000,
    capPerHour: 60,
    topic,
    aws: { endpoint: server.url, credentials },
  })
  const sent = await receiver.send(message, { signal: AbortSignal.timeout(20_000) })
  return { sent, calls: server.calls() }
}

describe('a topic of SNS', () => {
  it('is published the text, with a subject and what subscriptions filter by', async () => {
    const notices = [makeNotice(), makeNotice({ incident: 'b'.repeat(12), host: 'web-2', severity: 'critical' })]
    const { sent, calls } = await send(publishes, makeMessage({ notices, id: 'group-1' }))
    expect(sent).toEqual({ messageId: '5f5d-1', where: topic })
    expect(Object.fromEntries(calls[0] ?? [])).toMatchObject({
      Action: 'Publish',
      TopicArn: topic,
      Subject: '[firing] web-1: CPU 91.3 % > 80 % #aaaaaaaaaaaa',
      Message: 'CPU is at 91.3 %\n',
    })
    expect(attributesIn(calls[0])).toEqual({
      id: 'group-1',
      kind: 'group',
      severity: 'critical',
      kinds: '["firing"]',
      rules: '["cpu"]',
      hosts: '["web-1","web-2"]',
    })
  })

  it.each<[Answer, Partial<ReceiverError>, RegExp?]>([
    [refusesWith('Throttling', 'Rate exceeded'), { effect: 'none', retry: 'later' }],
    [
      refusesWith('AuthorizationError', 'not authorized', 403),
      { effect: 'none', retry: 'later' },
      /allow sns:Publish on arn:/,
    ],
    [
      refusesWith('NotFound', 'Topic does not exist', 404),
      { effect: 'none', retry: 'later' },
      /there is no topic arn:/,
    ],
    [refusesWith('InvalidParameter', 'Invalid parameter: Message too long'), { effect: 'none', retry: 'never' }],
    [refusesWith('InternalError', 'oops', 500), { effect: 'unknown', retry: 'later' }],
  ])('that answers so is told from one that answers otherwise (%#)', async (answer, expected, message = /./) => {
    const sending = send(answer)
    await expect(sending).rejects.toMatchObject(expected)
    await expect(sending).rejects.toThrow(message)
  })

  it('takes its region from its ARN', () => {
    const receiver = createSnsReceiver({ name: 'a', deadlineMs: 1, capPerHour: 1, topic })
    expect(receiver.destination).toBe(topic)
  })
})

describe('what is published', () => {
  it.each([...hostileNames, 'é'.repeat(500), ''])('is what SNS takes, of a host called %j', (name) => {
    const notices = [hostileNotice(name)]
    const input = publishInput(makeMessage({ notices, subject: name, text: name }), topic)
    // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    expect(input.Subject).toMatch(/^[\x20-\x7e]{1,99}$/)
    expect(input.Message?.length).toBeGreaterThan(0)
    for (const { StringValue, DataType } of Object.values(input.MessageAttributes ?? {})) {
      expect(StringValue).not.toBe('')
      if (DataType === 'String.Array') expect(JSON.parse(StringValue ?? '')).toBeInstanceOf(Array)
    }
  })

  it('is never more than 256 KiB, cut between characters, and says that it was cut', () => {
    const notices = Array.from({ length: 400 }, (_, index) => hostileNotice(`${index}${'x'.repeat(240)}`))
    const {
      Message = '',
      MessageAttributes = {},
      Subject = '',
    } = publishInput(makeMessage({ notices, text: '€'.repeat(200_000) }), topic)
    const attributes = Object.entries(MessageAttributes).flatMap(([name, { DataType = '', StringValue = '' }]) => [
      name,
      DataType,
      StringValue,
    ])
    const bytes = [Message, Subject, ...attributes].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeLessThanOrEqual(mostSnsBytes)
    expect(Message).toMatch(/^€+\n… the rest is left out: SNS takes no more$/)
  })

  it('to a FIFO topic carries what tells a second one, and what keeps an end behind its beginning', () => {
    const fifo = `${topic}.fifo`
    const [firing, again, resolved] = [makeNotice(), makeNotice(), makeNotice({ kind: 'resolved' })].map((notice) =>
      publishInput(makeMessage({ notices: [notice] }), fifo),
    )
    expect(firing?.MessageDeduplicationId).toBe(again?.MessageDeduplicationId)
    expect(firing?.MessageDeduplicationId).not.toBe(resolved?.MessageDeduplicationId)
    expect(firing?.MessageGroupId).toBe(resolved?.MessageGroupId)
    expect([firing?.MessageDeduplicationId, firing?.MessageGroupId].join(' ')).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/)
    expect(publishInput(makeMessage(), topic)).not.toHaveProperty('MessageGroupId')
  })
})
