/** Does a matcher mean this incident? */
import { matchesHost, type Severity } from '../alerts/rule.ts'
import { matchesGlob } from '../glob.ts'
import type { Matcher } from './policy.ts'

export interface Subject {
  host: string
  tags: Readonly<Record<string, string>>
  rule: string
  entity: string
  severity: Severity
  incident: string
}

export function matches(matcher: Matcher & { incident?: string }, subject: Subject): boolean {
  const { severity, rules, entities, incident } = matcher
  return (
    (severity === undefined || severity === subject.severity) &&
    (incident === undefined || incident === subject.incident) &&
    matchesHost(matcher, { name: subject.host, tags: subject.tags }) &&
    matchesOne(rules, subject.rule) &&
    matchesOne(entities, subject.entity)
  )
}

function matchesOne(globs: readonly string[] | undefined, name: string): boolean {
  return globs === undefined || globs.some((glob) => matchesGlob(glob, name))
}
