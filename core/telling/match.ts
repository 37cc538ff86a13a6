/** Does a matcher mean this incident? */
import type { Severity } from '../alerts/rule.ts'
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
  const { severity, hosts, tags, rules, entities, incident } = matcher
  return (
    (severity === undefined || severity === subject.severity) &&
    (incident === undefined || incident === subject.incident) &&
    matchesOne(hosts, subject.host) &&
    matchesOne(rules, subject.rule) &&
    matchesOne(entities, subject.entity) &&
    (tags ?? []).every((tag) => matchesTag(tag, subject.tags))
  )
}

function matchesOne(globs: readonly string[] | undefined, name: string): boolean {
  return globs === undefined || globs.some((glob) => matchesGlob(glob, name))
}

/** `key=glob`; what the host doesn't have matches nothing, not even `*`. */
function matchesTag(tag: string, tags: Subject['tags']): boolean {
  const at = tag.indexOf('=')
  const key = tag.slice(0, at)
  const value = Object.hasOwn(tags, key) ? tags[key] : undefined
  return value !== undefined && matchesGlob(tag.slice(at + 1), value)
}
