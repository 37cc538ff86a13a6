/** Which rules a host has, and where each of their fields comes from. */
import { type RuleSettings, settingOfField } from '../alerts/default-rules.ts'
import {
  effectiveRules,
  fieldsOfKind,
  matchesHost,
  type Rule,
  type RuledHost,
  type RuleFields,
  type RuleSet,
} from '../alerts/rule.ts'
import { matchesGlob } from '../glob.ts'
import type { SaidKeys } from './config.ts'
import type { Path } from './problem.ts'
import { type FieldKey, keyOfField, printField } from './rule-fields.ts'

export type Origin =
  | { from: 'default' }
  /** A setting that changes a default, whether or not anybody has set it. */
  | { from: 'setting'; setting: keyof RuleSettings }
  /** A place in vitals.yml. */
  | { from: 'file'; path: Path }

export interface ExplainedField {
  key: FieldKey
  /** As it stands in vitals.yml. */
  value: string
  origin: Origin
}

export type ExplainedRule = { id: string; origin: Origin } & (
  | { is: 'on'; about: string; fields: ExplainedField[] }
  /** `by`: the `where` that leaves the host out, or the override that turns the rule off. */
  | { is: 'off'; by: Path }
)

export function explainRules(rules: RuleSet, said: SaidKeys, host: RuledHost): ExplainedRule[] {
  const effective = effectiveRules(rules, host)
  const matching = rules.overrides.flatMap(({ where }, index) => (matchesHost(where, host) ? [index] : []))
  return rules.rules.map((rule): ExplainedRule => {
    const { id } = rule
    const own = said.rules[id]
    const origin: Origin = own ? { from: 'file', path: ['rules', own.index] } : { from: 'default' }
    const overrides = matching.filter((index) => matchesGlob(rules.overrides[index]?.rule ?? '', id))
    const found = effective.find((one) => one.id === id)
    if (!found) {
      const off = overrides.find((index) => rules.overrides[index]?.off)
      const by = off === undefined ? ['rules', own?.index ?? 0, 'where'] : ['overrides', off]
      return { id, origin, is: 'off', by }
    }
    return { id, origin, is: 'on', about: aboutOf(found), fields: fieldsOf(found, overrides, said) }
  })
}

function fieldsOf(rule: Rule, overrides: readonly number[], said: SaidKeys): ExplainedField[] {
  return fieldsOfKind[rule.kind].flatMap((field): ExplainedField[] => {
    const value = (rule as RuleFields)[field]
    if (value === undefined) return []
    const key = keyOfField[field]
    return [{ key, value: printField(field, value), origin: originOf(rule, field, overrides, said) }]
  })
}

/** The last override that has the field, else the rule in the file, else a setting, else nobody. */
function originOf(rule: Rule, field: keyof RuleFields, overrides: readonly number[], said: SaidKeys): Origin {
  const key = keyOfField[field]
  const override = overrides.findLast((index) => said.overrides[index]?.includes(key))
  if (override !== undefined) return { from: 'file', path: ['overrides', override, 'set', key] }
  const own = said.rules[rule.id]
  if (own?.keys.includes(key)) return { from: 'file', path: ['rules', own.index, key] }
  const setting = own ? undefined : settingOfField[rule.id]?.[field]
  if (setting) return { from: 'setting', setting }
  if (field === 'keepFiringMs' && rule.kind !== 'absent') return { from: 'setting', setting: 'keepFiringMs' }
  const isHostDown = field === 'afterMs' && rule.kind === 'absent' && rule.of === 'host'
  return isHostDown ? { from: 'setting', setting: 'hostDownAfterMs' } : { from: 'default' }
}

/** `cpu.percent`, `absent host`, `forecast disk.percent`. */
export function aboutOf(rule: Rule): string {
  switch (rule.kind) {
    case 'threshold':
      return rule.metric
    case 'forecast':
      return `forecast ${rule.metric}`
    case 'absent':
      return `absent ${rule.of === 'host' ? 'host' : `process:${rule.of.process}`}`
    case 'finding':
      return 'what custom checks find'
  }
}
