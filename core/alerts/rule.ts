/**
 * Rules: what a host's samples are held against. Those of a bucket are the defaults and those of vitals.yml; which of them
 * a host has, and with which fields, is for the overrides to say.
 */
import { createHash } from 'node:crypto'
import { matchesGlob } from '../glob.ts'
import { clearOf, isByDefault, onGoodSide } from './hysteresis.ts'
import type { RuleMetricId } from './rule-metrics.ts'

export type Severity = 'warning' | 'critical'

/** Which hosts. Nothing given: all. */
export interface HostMatcher {
  /** Globs, one of which the name matches. */
  hosts?: readonly string[]
  /** `key=glob`, all of which the host's tags match. */
  tags?: readonly string[]
}

export interface Flap {
  /** To have fired so often… */
  times: number
  /** …within this time is flapping: told once, then held… */
  withinMs: number
  /** …until nothing has changed for so long. */
  calmMs: number
}

interface RuleCommon {
  id: string
  where?: HostMatcher
  /** How long a firing alert must have been clear before it is resolved. */
  keepFiringMs: number
  /** It is told again while it fires, so long after it was told last. */
  repeatMs: number
  flap?: Flap
  /** A line in the notice. */
  note?: string
  runbook?: string
}

interface EntityMatcher {
  /** Globs of entities (mounts, interfaces, devices, cores, processes), one of which an entity matches; absent: all. */
  only?: readonly string[]
  /** Globs, none of which an entity may match. */
  except?: readonly string[]
}

export const ops = ['>', '>=', '<', '<='] as const
export type Op = (typeof ops)[number]

/** `rate`: per second over the window. `delta`: the last value less the first. */
export const aggregations = ['avg', 'min', 'max', 'p95', 'rate', 'delta'] as const
export type Aggregation = (typeof aggregations)[number]

export const missingPolicies = ['no-data', 'breaching', 'ok', 'ignore'] as const
export type MissingPolicy = (typeof missingPolicies)[number]

export interface ThresholdRule extends RuleCommon, EntityMatcher {
  kind: 'threshold'
  metric: RuleMetricId
  /** Breaching is: `value op threshold`, the value being `agg` over the window. */
  op: Op
  /** Of `threshold`; beyond `critical` it is critical. */
  severity: Severity
  threshold: number
  critical?: number
  /** Clear is: at this value, or on its good side. Between the two nothing changes (hysteresis). */
  clear: number
  /** 0: each sample by itself. */
  windowMs: number
  agg: Aggregation
  /** So many of the last so many datapoints breach. */
  datapoints: { breaching: number; of: number }
  missing: MissingPolicy
}

/** Full, by a line through the last `windowMs`, within `withinMs`. */
export interface ForecastRule extends RuleCommon, EntityMatcher {
  kind: 'forecast'
  /** In percent, for each mount. */
  metric: RuleMetricId
  withinMs: number
  windowMs: number
  severity: Severity
}

/**
 * Of a host: no snapshot has come for `afterMs`, nor for two of the host's own sending intervals and a minute. Of a
 * process: none whose name, or the expression by which it is watched, matches the glob.
 */
export interface AbsentRule extends RuleCommon {
  kind: 'absent'
  of: 'host' | { process: string }
  afterMs: number
  severity: Severity
}

/** What the checks of a host's owner found: an alert for each check and subject, as severe as it was found to be. */
export interface FindingRule extends RuleCommon {
  kind: 'finding'
  id: 'finding'
  /** How long a finding must stand before it fires; 0: at once. */
  windowMs: number
}

export type Rule = ThresholdRule | ForecastRule | AbsentRule | FindingRule

/** The fields that an override may change; those that a rule's kind doesn't have are left out of it. */
export type RuleFields = Partial<
  Omit<ThresholdRule, 'kind' | 'id' | 'metric' | 'where'> & Pick<ForecastRule, 'withinMs'> & Pick<AbsentRule, 'afterMs'>
>

export interface Override {
  where: HostMatcher
  /** A glob of ids. */
  rule: string
  /** These hosts don't have the rule; a later override that sets a field doesn't bring it back. */
  off?: true
  set: RuleFields
}

export interface RuleSet {
  rules: readonly Rule[]
  /** Later ones win. */
  overrides: readonly Override[]
  /** A sample that comes no later than this after newer ones is judged in its place. Absent: `defaultLatenessMs`. */
  latenessMs?: number
}

export const defaultLatenessMs = 15 * 60_000

/** What of a host rules are chosen by. */
export interface RuledHost {
  name: string
  tags: Readonly<Record<string, string>>
}

/** The rules that this host has, with the fields that they have for it. Worth keeping for a host and run. */
export function effectiveRules({ rules, overrides }: RuleSet, host: RuledHost): readonly Rule[] {
  const matching = overrides.filter(({ where }) => matchesHost(where, host))
  return rules.flatMap((rule): Rule[] => {
    if (!matchesHost(rule.where, host)) return []
    const own = matching.filter((override) => matchesGlob(override.rule, rule.id))
    if (own.some(({ off }) => off)) return []
    return [own.reduce((changed, { set }) => withFields(changed, set), rule)]
  })
}

export function matchesHost(where: HostMatcher | undefined, { name, tags }: RuledHost): boolean {
  const { hosts, tags: wanted = [] } = where ?? {}
  if (hosts && !hosts.some((glob) => matchesGlob(glob, name))) return false
  return wanted.every((tag) => {
    const at = tag.indexOf('=')
    const key = tag.slice(0, at)
    return Object.hasOwn(tags, key) && matchesGlob(tag.slice(at + 1), tags[key] ?? '')
  })
}

/** Is this entity one that the rule is about? */
export function matchesEntity({ only, except }: EntityMatcher, entity: string): boolean {
  if (only && !only.some((glob) => matchesGlob(glob, entity))) return false
  return !except?.some((glob) => matchesGlob(glob, entity))
}

const commonFields = ['keepFiringMs', 'repeatMs', 'flap', 'note', 'runbook'] as const
const entityFields = ['only', 'except'] as const

/** What an override may change of a rule of each kind. */
export const fieldsOfKind: Readonly<Record<Rule['kind'], readonly (keyof RuleFields)[]>> = {
  threshold: [
    'op',
    'threshold',
    'critical',
    'clear',
    'windowMs',
    'agg',
    'datapoints',
    'missing',
    'severity',
    ...entityFields,
    ...commonFields,
  ],
  forecast: ['withinMs', 'windowMs', 'severity', ...entityFields, ...commonFields],
  absent: ['afterMs', 'severity', ...commonFields],
  finding: ['windowMs', ...commonFields],
}

/** The rule with these of its fields. A `clear` that was by default follows the threshold. */
export function withFields(rule: Rule, set: RuleFields): Rule {
  const known = fieldsOfKind[rule.kind]
  const fields = Object.entries(set).filter(([field]) => (known as readonly string[]).includes(field))
  if (fields.length === 0) return rule
  const changed = { ...rule, ...Object.fromEntries(fields) } as Rule
  if (rule.kind !== 'threshold' || changed.kind !== 'threshold') return changed
  if (set.clear === undefined && isByDefault(rule)) return { ...changed, clear: clearOf(changed) }
  return { ...changed, clear: onGoodSide(changed) }
}

/** Names the rules, with the overrides and the lateness, that a block was decided by; 16 hex digits. */
export function rulesHash({ rules, overrides, latenessMs = defaultLatenessMs }: RuleSet): string {
  return hashOf({ rules, overrides, latenessMs })
}

/** Names one rule with the fields that it has for a host; 16 hex digits. */
export function ruleHash(rule: Rule): string {
  return hashOf(rule)
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
