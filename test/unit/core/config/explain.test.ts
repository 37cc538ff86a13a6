import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../core/config/config.ts'
import { explainRules } from '../../../../core/config/explain.ts'
import { makeSettings } from '../../../make.ts'

const config = {
  rules: [
    { id: 'disk', metric: 'disk.percent', threshold: 95, window: '10m' },
    { id: 'nginx', absent: 'process:nginx*', where: { hosts: ['web-*'] } },
  ],
  overrides: [
    { rule: 'cpu', set: { threshold: 90, note: 'first' } },
    { rule: 'c*', where: { tags: ['role=batch'] }, set: { threshold: 95 } },
    { rule: 'inodes', off: true },
  ],
}

function explained(tags: Record<string, string>, name = 'db-1') {
  const parsed = parseConfig(config, makeSettings())
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return explainRules(parsed.config.rules, parsed.said, { name, tags })
}

function fieldOf(rule: string, key: string, tags: Record<string, string> = {}) {
  const found = explained(tags).find(({ id }) => id === rule)
  return found?.is === 'on' ? found.fields.find((field) => field.key === key) : undefined
}

describe('each field of a rule says where it comes from', () => {
  it.each([
    ['a default', 'memory', 'agg', {}, 'avg', { from: 'default' }],
    ['a setting', 'memory', 'threshold', {}, '85', { from: 'setting', setting: 'memoryThreshold' }],
    ['a setting of all rules', 'disk', 'keep_firing', {}, '2m', { from: 'setting', setting: 'keepFiringMs' }],
    ['a rule', 'disk', 'window', {}, '10m', { from: 'file', path: ['rules', 0, 'window'] }],
    ['what follows from the rule', 'disk', 'clear', {}, '93', { from: 'default' }],
    ['an override', 'cpu', 'threshold', {}, '90', { from: 'file', path: ['overrides', 0, 'set', 'threshold'] }],
    [
      'the last override',
      'cpu',
      'threshold',
      { role: 'batch' },
      '95',
      { from: 'file', path: ['overrides', 1, 'set', 'threshold'] },
    ],
    [
      'an earlier one',
      'cpu',
      'note',
      { role: 'batch' },
      'first',
      { from: 'file', path: ['overrides', 0, 'set', 'note'] },
    ],
    ['the time of silence', 'host-down', 'after', {}, '5m', { from: 'setting', setting: 'hostDownAfterMs' }],
  ] as const)('%s', (_, rule, key, tags, value, origin) => {
    expect(fieldOf(rule, key, tags)).toEqual({ key, value, origin })
  })
})

it('rules that a host does not have say what takes them away', () => {
  expect(explained({}).filter(({ is }) => is === 'off')).toEqual([
    { id: 'inodes', origin: { from: 'default' }, is: 'off', by: ['overrides', 2] },
    { id: 'nginx', origin: { from: 'file', path: ['rules', 1] }, is: 'off', by: ['rules', 1, 'where'] },
  ])
  expect(explained({}, 'web-1').find(({ id }) => id === 'nginx')).toMatchObject({
    is: 'on',
    about: 'absent process:nginx*',
  })
})
