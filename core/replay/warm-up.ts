/** How far before a time a replay must begin, so that the windows of its rules are full by then. */
import type { Rule, RuleSet } from '../alerts/rule.ts'

const hourMs = 3_600_000

export function warmUpMs({ rules, overrides }: RuleSet): number {
  const set = overrides.map((override) => Math.max(override.set.windowMs ?? 0, override.set.afterMs ?? 0))
  return Math.max(...rules.map(reachMs), ...set) + hourMs
}

function reachMs(rule: Rule): number {
  switch (rule.kind) {
    case 'threshold':
      return rule.windowMs * rule.datapoints.of + rule.keepFiringMs
    case 'forecast':
    case 'finding':
      return rule.windowMs + rule.keepFiringMs
    case 'absent':
      return rule.afterMs
  }
}
