/** What the findings of custom checks are called, where they become alerts. */
import type { Finding } from '../snapshot.ts'

/** What the alert is of: `queue`, or `queue: orders`. Findings that come out the same are one alert. */
export function findingEntity({ check, subject }: Pick<Finding, 'check' | 'subject'>): string {
  return subject === undefined ? check : `${check}: ${subject}`
}

/** By which `unavailable` names a check that could not be run; while it does, what it found before is neither there nor gone. */
export function checkSubject(source: string): string {
  return `check:${source}`
}

/** An alert in a line: `disk /var`, `host-down`; what a custom check found goes by the name that it was given. */
export function alertName({ rule, entity }: { rule: string; entity: string }): string {
  return rule === 'finding' ? entity : `${rule} ${entity}`.trim()
}
