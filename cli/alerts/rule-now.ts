/** The rule of an incident as it is now, to tell whether it is the one that decided. */
import {
  effectiveRules,
  fieldsOfKind,
  type Rule,
  type RuleFields,
  type RuleSet,
  ruleHash,
} from '../../core/alerts/rule.ts'
import { aboutOf } from '../../core/config/explain.ts'
import { keyOfField, printField } from '../../core/config/rule-fields.ts'
import type { Explained } from './explain.ts'

export interface RuleNow {
  id: string
  hash: string
  /** As `vitals.yml` would have it, for this host. */
  text: string
}

/** `undefined`: the host has no such rule. */
export function ruleNowOf(
  rules: RuleSet,
  { host, tags, rule }: Pick<Explained, 'host' | 'tags' | 'rule'>,
): RuleNow | undefined {
  const found = effectiveRules(rules, { name: host, tags }).find(({ id }) => id === rule)
  return found && { id: found.id, hash: ruleHash(found), text: textOf(found) }
}

function textOf(rule: Rule): string {
  const fields = fieldsOfKind[rule.kind].flatMap((field) => {
    const value = (rule as RuleFields)[field]
    return value === undefined ? [] : [`${keyOfField[field]} ${printField(field, value)}`]
  })
  return `${aboutOf(rule)}: ${fields.join(', ')}`
}
