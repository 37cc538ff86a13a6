/** One entry of `overrides`, and what becomes of it once the rules are known that it changes. */
import * as v from 'valibot'
import { fieldsOfKind, type Override, type Rule, type RuleFields, withFields } from '../alerts/rule.ts'
import { matchesGlob } from '../glob.ts'
import { glob, meantWord, strict } from './fields.ts'
import type { Path } from './problem.ts'
import { hostMatcher, stepProblems } from './rule.ts'
import { type FieldKey, fieldEntries, keyOfField, plainFields, quantityFields } from './rule-fields.ts'

export const overrideSchema = v.pipe(
  strict({
    rule: glob,
    where: v.exactOptional(hostMatcher),
    off: v.exactOptional(v.literal(true, 'expected true, or no off at all')),
    set: v.exactOptional(
      v.pipe(
        strict(fieldEntries),
        v.check((set) => Object.keys(set).length > 0, 'expected a field to change, such as threshold: 95'),
      ),
    ),
  }),
  v.check(({ off, set }) => (off === undefined) !== (set === undefined), 'expected exactly one of set and off'),
)

export type OverrideEntry = v.InferOutput<typeof overrideSchema>
type AddProblem = (path: Path, expected: string) => void

/** With its quantities in the unit of the rules that it matches; what fits none of them is a problem. */
export function overrideOf(entry: OverrideEntry, rules: readonly Rule[], add: AddProblem): Override {
  const { rule: ids, where = {}, off, set = {} } = entry
  const matching = rules.filter(({ id }) => matchesGlob(ids, id))
  if (matching.length === 0) add(['rule'], noRule(ids, rules))
  for (const key of Object.keys(set) as FieldKey[]) {
    if (matching.length > 0 && !matching.some((rule) => hasField(rule, key))) {
      add(['set', key], `expected a field of ${matching.map(({ id }) => id).join(', ')}; ${key} is none`)
    }
  }
  let fields: RuleFields = plainFields(set)
  for (const rule of matching) {
    if (rule.kind !== 'threshold') continue
    const { fields: quantities, wrong } = quantityFields(set, { ...rule, ...fields })
    for (const [key, expected] of wrong) add(['set', key], expected)
    fields = { ...fields, ...quantities }
  }
  for (const rule of matching) {
    const changed = withFields(rule, fields)
    if (changed.kind !== 'threshold') continue
    // As it was said: withFields keeps clear from going beyond the threshold.
    for (const [key, expected] of stepProblems({ ...changed, clear: fields.clear ?? changed.clear })) {
      add(set[key] === undefined ? ['set'] : ['set', key], `${expected} (rule ${rule.id})`)
    }
  }
  return { where, rule: ids, ...(off ? { off } : {}), set: fields }
}

function hasField(rule: Rule, key: FieldKey): boolean {
  return fieldsOfKind[rule.kind].some((field) => keyOfField[field] === key)
}

function noRule(ids: string, rules: readonly Rule[]): string {
  const known = rules.map(({ id }) => id)
  const meant = meantWord(ids, known)
  return `expected a glob that a rule's id matches: ${meant === undefined ? known.join(', ') : `is ${meant} meant?`}`
}
