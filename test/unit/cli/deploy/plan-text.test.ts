import { expect, test } from 'vitest'
import type { Plan } from '../../../../cli/deploy/plan.ts'
import { planLines, summary } from '../../../../cli/deploy/plan-text.ts'
import { monthlyCost, usualLoad } from '../../../../core/cost/model.ts'
import { dollarsText } from '../../../../core/cost/table.ts'

const load = { ...usualLoad, hosts: 10 }

const plan: Plan = {
  stack: 'vitals-prod',
  stage: 'prod',
  region: 'eu-central-1',
  account: '123456789012',
  caller: 'arn:aws:iam::123456789012:user/ann',
  isNew: false,
  settings: { MONITOR_MAIL_TO: 'ops@example.com' },
  packages: [{ name: 'evaluate', bytes: 262_144 }],
  changes: [],
  costs: { fleets: [{ hosts: 10, cost: monthlyCost(load) }], given: false },
  warnings: [],
  refusals: [],
}

test('says where, with what, and that nothing is to be changed', () => {
  const lines = planLines(plan)
  const costs = lines.indexOf('Costs:')
  expect(lines.slice(costs + 1).find((line) => line.startsWith('  all '))).toContain(
    dollarsText(monthlyCost(load).dollars),
  )
  expect([...lines.slice(0, costs), lines.at(-1)]).toEqual([
    'vitals-prod in eu-central-1, account 123456789012 (arn:aws:iam::123456789012:user/ann)',
    '',
    'Settings, the rest by default (README):',
    '  MONITOR_MAIL_TO  ops@example.com',
    '',
    'Packages:',
    '  evaluate  256 KiB',
    '',
    'Plan: nothing to change',
  ])
})

test('names each change with its properties, and what is lost', () => {
  const lines = planLines({
    ...plan,
    changes: [
      { action: 'create', id: 'Extra', type: 'AWS::SQS::Queue' },
      {
        action: 'change',
        id: 'EvaluateLambdaFunction',
        type: 'AWS::Lambda::Function',
        properties: [
          { path: 'Code', before: 'one', after: 'other' },
          { path: 'MemorySize', before: 512, after: 1024 },
          { path: 'Layers', after: ['x'] },
          { path: 'Tags', before: [] },
        ],
      },
      {
        action: 'replace',
        id: 'LinkKey',
        type: 'AWS::SecretsManager::Secret',
        properties: [{ path: 'Name', after: 'a' }],
        loss: 'links end',
      },
      { action: 'remove', id: 'VitalsBucket', type: 'AWS::S3::Bucket', kept: true },
    ],
    warnings: ['the address is not verified'],
    refusals: ['LinkKey would go'],
  })
  expect(lines.slice(lines.indexOf('Plan: 1 to create, 1 to change, 1 to replace, 1 to remove') + 1)).toEqual([
    '  + Extra  AWS::SQS::Queue',
    '  ~ EvaluateLambdaFunction  AWS::Lambda::Function',
    '      Code: another package',
    '      MemorySize: 512 -> 1024',
    '      Layers: ["x"] is new',
    '      Tags: [] goes',
    '  ! LinkKey  AWS::SecretsManager::Secret: another one in its place; lost: links end',
    '      Name: a is new',
    '  - VitalsBucket  AWS::S3::Bucket: the stack forgets it, and it stays',
    '',
    'Mind:',
    '  - the address is not verified',
    '',
    'Not deployed until this is mended:',
    '  - LinkKey would go',
  ])
})

test('of a first deployment it tells how many of each type', () => {
  const changes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'].map((id, at) => {
    return { action: 'create', id, type: at === 0 ? 'AWS::SQS::Queue' : 'AWS::CloudWatch::Alarm' } as const
  })
  const lines = planLines({ ...plan, isNew: true, endpoint: 'http://127.0.0.1:4566', changes })
  expect(lines[0]).toMatch(/ at http:\/\/127\.0\.0\.1:4566: there is none yet$/)
  expect(lines.slice(-3)).toEqual(['Plan: 9 to create', '  + 8  AWS::CloudWatch::Alarm', '  + 1  AWS::SQS::Queue'])
})

test('what an account or a template holds commands no terminal', () => {
  expect(planLines({ ...plan, caller: 'arn\u001b[2J' }).join('\n')).not.toContain('\u001b')
})

test('numbers have their separators', () => {
  expect(summary(Array.from({ length: 1_200 }, (_, at) => ({ action: 'create', id: `${at}`, type: 'T' })))).toBe(
    '1,200 to create',
  )
})

test('what changes alike is told once', () => {
  const properties = [{ path: 'Environment.Variables.MONITOR_CPU_THRESHOLD', before: '', after: '77' }]
  const changes = ['Evaluate', 'Notify'].map((id) => ({ action: 'change', id, type: 'F', properties }) as const)
  expect(
    planLines({ ...plan, changes: changes.map((one) => ({ ...one, properties: [...properties] })) }).slice(-2),
  ).toEqual(['  ~ Evaluate, Notify  F', '      Environment.Variables.MONITOR_CPU_THRESHOLD: "" -> 77'])
})
