import { describe, expect, it } from 'vitest'
import { matches, type Subject } from '../../../../core/telling/match.ts'
import type { Matcher } from '../../../../core/telling/policy.ts'

const subject: Subject = {
  host: 'web-1',
  tags: { env: 'prod', role: 'web' },
  rule: 'disk',
  entity: '/var',
  severity: 'warning',
  incident: 'a'.repeat(12),
}

describe('a matcher', () => {
  it.each<[string, Matcher & { incident?: string }, boolean]>([
    ['of nothing means everything', {}, true],
    ['of the severity', { severity: 'warning' }, true],
    ['of another severity', { severity: 'critical' }, false],
    ['of one glob of hosts', { hosts: ['db-*', 'web-?'] }, true],
    ['of other hosts', { hosts: ['db-*'] }, false],
    ['of no host at all', { hosts: [] }, false],
    ['of a tag', { tags: ['env=prod'] }, true],
    ['of a glob of a tag', { tags: ['role=w*'] }, true],
    ['of two tags, and one is another', { tags: ['env=prod', 'role=db'] }, false],
    ['of a tag that the host does not have', { tags: ['team=*'] }, false],
    ['of a tag that every object has', { tags: ['constructor=*'] }, false],
    ['of the rule', { rules: ['di*'] }, true],
    ['of another rule', { rules: ['cpu'] }, false],
    ['of the mount', { entities: ['/var*'] }, true],
    ['of another mount', { entities: ['/home'] }, false],
    ['of the incident', { incident: 'a'.repeat(12) }, true],
    ['of another incident', { incident: 'b'.repeat(12) }, false],
    ['of the host, and another rule', { hosts: ['web-1'], rules: ['cpu'] }, false],
  ])('%s', (_, matcher, expected) => {
    expect(matches(matcher, subject)).toBe(expected)
  })
})
