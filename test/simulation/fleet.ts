/** By which rules the simulated fleet is watched, and who is told of it. */
import { defaultRules } from '../../core/alerts/default-rules.ts'
import type { Rule, RuleSet } from '../../core/alerts/rule.ts'
import { defaultGroup, defaultPolicy, type TellingPolicy } from '../../core/telling/policy.ts'
import { makeSettings, minuteMs } from '../make.ts'

export const receiverNames = ['default', 'pager', 'chat'] as const
export type ReceiverName = (typeof receiverNames)[number]

const settings = makeSettings({
  cpuWindowMs: 2 * minuteMs,
  memoryWindowMs: 0,
  diskWindowMs: 0,
  findingWindowMs: 0,
  keepFiringMs: minuteMs,
})

/** Two steps of severity, flapping and an override: each of them changes who is told what. */
export const rules: RuleSet = {
  rules: defaultRules(settings).map((rule): Rule => {
    if (rule.id === 'disk' && rule.kind === 'threshold') return { ...rule, critical: 97 }
    if (rule.id !== 'memory') return rule
    return { ...rule, repeatMs: 30 * minuteMs, flap: { times: 3, withinMs: 60 * minuteMs, calmMs: 10 * minuteMs } }
  }),
  overrides: [{ where: { hosts: ['db'] }, rule: 'cpu', off: true, set: {} }],
}

/** A story begins at noon, UTC. */
const policies = {
  'one-way': defaultPolicy,
  routes: {
    routes: [
      {
        match: { severity: 'critical' },
        to: ['pager'],
        group: { by: ['host'], waitMs: 0, intervalMs: 0 },
        repeatMs: 20 * minuteMs,
        continue: true,
      },
      {
        match: { hosts: ['db', '<*'] },
        during: { timeZone: 'UTC', fromMinutes: 12 * 60, toMinutes: 16 * 60 },
        to: ['chat'],
        group: { by: ['host', 'rule'], waitMs: 2 * minuteMs, intervalMs: 5 * minuteMs },
        continue: true,
      },
      { match: {}, to: ['default'], group: defaultGroup, continue: false },
    ],
    maintenance: [
      {
        name: 'backup',
        match: { hosts: ['web-*'], rules: ['disk', 'cpu'] },
        every: 'day',
        timeZone: 'UTC',
        fromMinutes: 12 * 60 + 5,
        toMinutes: 12 * 60 + 20,
      },
    ],
  },
} satisfies Record<string, TellingPolicy>

export type PolicyName = keyof typeof policies
export const policyNames = Object.keys(policies) as PolicyName[]

export function policyOf(name: PolicyName): TellingPolicy {
  return policies[name]
}
