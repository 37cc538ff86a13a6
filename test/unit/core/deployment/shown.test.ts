import { expect, it, test } from 'vitest'
import { hidden, settingsInEffect, shownChange } from '../../../../core/deployment/shown.ts'
import type { Template } from '../../../../core/deployment/template.ts'

const variables = {
  MONITOR_BUCKET: { 'Fn::GetAtt': ['VitalsBucket', 'Url'] },
  MONITOR_CPU_THRESHOLD: '70',
  MONITOR_MEMORY_THRESHOLD: '85',
  MONITOR_DISK_THRESHOLD: '',
  MONITOR_SMTP_URL: 'smtp://ann:geheim@mail.example.com',
  MONITOR_HEARTBEAT_URL: 'https://hc.example.com/geheim',
  PAGER_SECRET: 'geheim',
}
const template: Template = {
  Resources: { Evaluate: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: variables } } } },
}

test('settings that are other than by default are told, and secrets only that they are set', () => {
  expect(settingsInEffect(template)).toEqual({
    MONITOR_CPU_THRESHOLD: '70',
    MONITOR_SMTP_URL: hidden,
    MONITOR_HEARTBEAT_URL: hidden,
  })
})

it.each([
  ['Environment.Variables.MONITOR_CPU_THRESHOLD', '70', '70'],
  ['Environment.Variables.MONITOR_CPU_THRESHOLD', '', ''],
  ['Environment.Variables.PAGER_SECRET', 'geheim', hidden],
  ['Environment.Variables.MONITOR_SMTP_URL', 'smtp://ann:geheim@mail.example.com', hidden],
  [
    'Environment.Variables.MONITOR_QUICKCHART_URL',
    'https://ann:geheim@charts.example',
    'https://ann:***@charts.example',
  ],
  ['Environment.Variables', { PAGER_SECRET: 'geheim' }, { PAGER_SECRET: hidden }],
  ['Environment', { Variables: { PAGER_SECRET: 'geheim' } }, { Variables: { PAGER_SECRET: hidden } }],
  ['Subscription[0].Endpoint', 'https://pager.example.com/v2/geheim', 'https://pager.example.com/…'],
  [
    'Subscription',
    [{ Endpoint: 'https://x:y@pager.example.com/geheim' }],
    [{ Endpoint: 'https://pager.example.com/…' }],
  ],
  ['Description', 'Takes what agents have sent.', 'Takes what agents have sent.'],
])('%s: %j is shown as %j', (path, value, shown) => {
  const change = { action: 'change', id: 'X', type: 'T', properties: [{ path, before: value, after: value }] } as const
  expect(shownChange({ ...change, properties: [...change.properties] })).toMatchObject({
    properties: [{ path, before: shown, after: shown }],
  })
})
