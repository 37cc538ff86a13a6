/** The whole of vitals.yml, from what its text says: all sections, and what they say of each other. */
import * as v from 'valibot'
import { defaultRuleSet, type RuleSettings } from '../alerts/default-rules.ts'
import type { Rule, RuleSet } from '../alerts/rule.ts'
import { defaultReceiver } from '../notice.ts'
import type { Schedule } from '../schedule.ts'
import type { TellingPolicy } from '../telling/policy.ts'
import { meantWord, strict } from './fields.ts'
import { type OverrideEntry, overrideOf, overrideSchema } from './override.ts'
import { type ConfigProblem, fieldOf, problemAt, problemOf } from './problem.ts'
import { type ReceiverConfig, receiversSchema } from './receiver.ts'
import { ruleSchema } from './rule.ts'
import { schedulesSchema } from './schedule.ts'
import { maintenanceSchema, routesSchema } from './telling.ts'

export interface VitalsConfig {
  /** Those of the file, and the defaults whose ids it doesn't take. */
  rules: RuleSet
  telling: TellingPolicy
  receivers: readonly ReceiverConfig[]
  /** Absent: the file has none, or there is no file. */
  schedules?: readonly Schedule[]
}

/** Where the file says nothing. `timeZone`: of times that name none. */
export type ConfigDefaults = RuleSettings & { timeZone: string }

const mostRules = 500
const mostOverrides = 500

/** Which keys of rules and overrides the file itself has: the others are by default. */
export interface SaidKeys {
  /** By id: its position among `rules`, and its keys. */
  rules: Readonly<Record<string, { index: number; keys: readonly string[] }>>
  /** In the order of the file: the keys of `set`. */
  overrides: readonly (readonly string[])[]
}

export type ParsedConfig = { ok: true; config: VitalsConfig; said: SaidKeys } | { ok: false; problems: ConfigProblem[] }

/** `value`: what the text of the file says, as plain data; undefined or null: nothing. */
export function parseConfig(value: unknown, defaults: ConfigDefaults): ParsedConfig {
  const schema = configSchema(defaults)
  const given = value ?? {}
  const parsed = v.safeParse(schema, given)
  const problems = [
    ...(parsed.issues ?? []).map((issue) => problemOf(issue, given)),
    ...twice(given),
    ...unknownReceivers(given),
  ]
  if (!parsed.success) return { ok: false, problems }
  const { rules: own = [], overrides = [], receivers = [], routes = [], maintenance = [], schedules } = parsed.output
  const rules = withDefaults(own, defaultRuleSet(defaults).rules)
  const changes = overrides.map((entry: OverrideEntry, index) =>
    overrideOf(entry, rules, (path, expected) =>
      problems.push(problemAt(given, ['overrides', index, ...path], expected)),
    ),
  )
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    config: {
      rules: { ...defaultRuleSet(defaults), rules, overrides: changes },
      telling: { routes, maintenance },
      receivers,
      ...(schedules ? { schedules } : {}),
    },
    said: saidKeys(given),
  }
}

function saidKeys(given: object): SaidKeys {
  const rules = entriesOf(given, 'rules').map((rule, index) => {
    return [String(fieldOf(rule, 'id')), { index, keys: Object.keys(rule as object) }] as const
  })
  const overrides = entriesOf(given, 'overrides').map((one) => Object.keys((fieldOf(one, 'set') ?? {}) as object))
  return { rules: Object.fromEntries(rules), overrides }
}

function configSchema(defaults: ConfigDefaults) {
  return strict({
    rules: v.exactOptional(section(ruleSchema(defaults), 'rules', mostRules)),
    overrides: v.exactOptional(section(overrideSchema, 'overrides', mostOverrides)),
    receivers: v.exactOptional(receiversSchema),
    routes: v.exactOptional(routesSchema(defaults.timeZone)),
    maintenance: v.exactOptional(maintenanceSchema(defaults.timeZone)),
    schedules: v.exactOptional(schedulesSchema),
  })
}

/** A rule with the id of a default stands in its place. */
function withDefaults(own: readonly Rule[], defaults: readonly Rule[]): Rule[] {
  const kept = defaults.map((rule) => own.find(({ id }) => id === rule.id) ?? rule)
  return [...kept, ...own.filter((rule) => !kept.includes(rule))]
}

const namedSections = { rules: 'id', receivers: 'name', maintenance: 'name', schedules: 'name' } as const

/** Asked of what stands there, whatever else is wrong with it, so that all problems are told at once. */
function twice(value: object): ConfigProblem[] {
  return Object.entries(namedSections).flatMap(([name, key]) => {
    const seen = new Set<unknown>()
    return entriesOf(value, name).flatMap((entry, index): ConfigProblem[] => {
      const given = fieldOf(entry, key)
      if (typeof given !== 'string') return []
      if (seen.has(given)) return [problemAt(value, [name, index, key], `each ${key} once`)]
      seen.add(given)
      return []
    })
  })
}

function unknownReceivers(value: object): ConfigProblem[] {
  const named = entriesOf(value, 'receivers').map((entry) => fieldOf(entry, 'name'))
  const known = [...named.filter((name) => typeof name === 'string'), defaultReceiver]
  return entriesOf(value, 'routes').flatMap((route, index) =>
    entriesOf(route, 'to').flatMap((name, at): ConfigProblem[] => {
      if (typeof name !== 'string' || known.includes(name)) return []
      const meant = meantWord(name, known)
      const expected = meant === undefined ? `a receiver: ${known.join(', ')}` : `a receiver; is ${meant} meant?`
      return [problemAt(value, ['routes', index, 'to', at], expected)]
    }),
  )
}

function entriesOf(value: unknown, key: string): readonly unknown[] {
  const entries = fieldOf(value, key)
  return Array.isArray(entries) ? entries : []
}

function section<const Schema extends v.GenericSchema>(schema: Schema, name: string, most: number) {
  return v.pipe(v.array(schema, `expected a list of ${name}`), v.maxLength(most, `expected ${most} ${name} at most`))
}
