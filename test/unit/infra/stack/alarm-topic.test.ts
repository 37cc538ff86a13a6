import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type Resource, serverless } from './package-stack.ts'

const home = mkdtempSync(join(tmpdir(), 'vitals-alarms-'))
afterAll(() => rmSync(home, { recursive: true }))

/** The topic as a deployment has it, and what its output says. */
async function topicOf(env: Record<string, string>, args: string[] = []) {
  const printed = await serverless(['print', '--format', 'json', ...args], { home, env })
  const { resources } = JSON.parse(printed) as {
    resources: { Resources: Record<string, Resource>; Outputs: Record<string, { Description: string }> }
  }
  return {
    subscribed: resources.Resources.Alarms?.Properties.Subscription,
    says: resources.Outputs.AlarmTopic?.Description,
  }
}

it('alarms go to those whom mails go to, each once, and each is told to confirm', async () => {
  const { subscribed, says } = await topicOf({ MONITOR_MAIL_TO: 'ops@example.com, eve@example.com,ops@example.com' })
  expect(subscribed).toEqual([
    { Protocol: 'email', Endpoint: 'ops@example.com' },
    { Protocol: 'email', Endpoint: 'eve@example.com' },
  ])
  expect(says).toMatch(/must confirm, once, .*: ops@example\.com, eve@example\.com$/)
}, 60_000)

it('alarms go where alarmTo says instead, also to a pager', async () => {
  const { subscribed } = await topicOf({ MONITOR_MAIL_TO: 'ops@example.com' }, [
    '--param',
    'alarmTo=https://pager.example.com/vitals',
  ])
  expect(subscribed).toEqual([{ Protocol: 'https', Endpoint: 'https://pager.example.com/vitals' }])
}, 60_000)

it('alarms go to nobody where nobody is named, and the output says so', async () => {
  const { subscribed, says } = await topicOf({})
  expect(subscribed).toEqual([])
  expect(says).toMatch(/there are none$/)
}, 60_000)
