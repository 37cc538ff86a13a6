import { expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { defaultReceiverLimits, retryPolicies } from '../../../../adapters/receivers/policy.ts'
import type { Receiver } from '../../../../adapters/receivers/port.ts'
import { greet } from '../../../../cli/up/greeting.ts'
import { defaultGroup } from '../../../../core/telling/policy.ts'
import { makeSettings } from '../../../make.ts'

const receiver = (name: string, destination: string, reachesSomebody: boolean): Receiver => ({
  ...defaultReceiverLimits,
  name,
  destination,
  reachesSomebody,
  retry: retryPolicies.webhook,
  send: async () => ({ messageId: '', where: '' }),
})
const pager = receiver('pager', 'https://pager.example.com (vitals)', true)
const files = receiver('files', '/var/log/mail', false)
const mail = { destination: '/logs/mail', reachesSomebody: false }
const ops = { destination: 'smtp://mail.example.com to ops@example.com', reachesSomebody: true }
const to = (...names: string[]) => [{ match: {}, to: names, group: defaultGroup, continue: false }]

it.each<[string, Pick<Parameters<typeof greet>[0], 'mail' | 'routes'>, boolean, string | undefined]>([
  ['nobody, where mails are files', { mail, routes: [] }, false, undefined],
  ['nobody, where routes lead to files', { mail, routes: to('files', 'default') }, false, undefined],
  ['nobody, where no route leads to a receiver', { mail, routes: to('default') }, false, undefined],
  ['nobody, where a receiver could not be opened', { mail, routes: to('topic') }, false, undefined],
  ['whom routes lead to', { mail, routes: to('pager', 'files') }, true, 'pager (https://pager.example.com (vitals))'],
  ['who has mail', { mail: ops, routes: [] }, true, undefined],
])('vitals up says who is told of an alert: %s', (_, given, isTold, others) => {
  let text = ''
  const print = (said: string) => {
    text += said
  }
  const shared = { settings: makeSettings(), siteUrl: 'http://127.0.0.1:8423', withAgent: true, log: silentLog, print }
  greet({ ...shared, receivers: { default: { ...pager, name: 'default' }, pager, files }, ...given })
  expect(!text.includes('Nobody is told of an alert yet')).toBe(isTold)
  expect(/^ {4}told {5}(.*)$/m.exec(text)?.[1]).toBe(others)
})
