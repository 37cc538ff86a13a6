import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import type { Resource } from './package-stack.ts'

const require = createRequire(import.meta.url)
const alarmTopic = require('../../../../infra/stack/alarm-topic.cjs') as (framework: {
  resolveVariable(name: string): Promise<string>
}) => Promise<{ Resources: Record<string, Resource>; Outputs: Record<string, { Description: string }> }>

/** The topic as a deployment with these params has it, and what its output says. */
async function topicOf(params: { alarmTo: string; alarmKey?: string }) {
  const given: Record<string, string> = { 'param:alarmTo': params.alarmTo, 'param:alarmKey': params.alarmKey ?? '' }
  const { Resources, Outputs } = await alarmTopic({ resolveVariable: async (name) => given[name] ?? `no ${name}` })
  const { Subscription, KmsMasterKeyId } = Resources.Alarms?.Properties ?? {}
  return { subscribed: Subscription, key: KmsMasterKeyId, says: Outputs.AlarmTopic?.Description }
}

it('alarms go to those whom they are to go to, each once, and each is told to confirm', async () => {
  const { subscribed, says } = await topicOf({ alarmTo: 'ops@example.com, eve@example.com,ops@example.com' })
  expect(subscribed).toEqual([
    { Protocol: 'email', Endpoint: 'ops@example.com' },
    { Protocol: 'email', Endpoint: 'eve@example.com' },
  ])
  expect(says).toMatch(/must confirm, once, .*: ops@example\.com, eve@example\.com$/)
})

it('alarms go to a pager as well', async () => {
  const { subscribed } = await topicOf({ alarmTo: 'https://pager.example.com/vitals' })
  expect(subscribed).toEqual([{ Protocol: 'https', Endpoint: 'https://pager.example.com/vitals' }])
})

it('alarms go to nobody where nobody is named, and the output says so', async () => {
  const { subscribed, says } = await topicOf({ alarmTo: '' })
  expect(subscribed).toEqual([])
  expect(says).toMatch(/there are none$/)
})

it('alarms are encrypted by the key that a deployment names, and by none that would cost something', async () => {
  expect((await topicOf({ alarmTo: '' })).key).toBeUndefined()
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd'
  expect((await topicOf({ alarmTo: '', alarmKey: key })).key).toBe(key)
})
