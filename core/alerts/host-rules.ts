/** The rules of one host, sorted by how they are judged, with what of a snapshot they need. Made once a host and run. */
import { createHash } from 'node:crypto'
import { type AlertKey, alertKey, parseAlertKey } from './alert.ts'
import {
  type AbsentRule,
  effectiveRules,
  type FindingRule,
  type ForecastRule,
  matchesEntity,
  type Rule,
  type RuledHost,
  type RuleSet,
  type ThresholdRule,
} from './rule.ts'
import { type RuleMetric, type RuleMetricId, ruleMetricById } from './rule-metrics.ts'

export interface HostRules {
  /** Names them all: 16 hex digits. */
  hash: string
  byId: ReadonlyMap<string, Rule>
  thresholds: readonly EntityRule<ThresholdRule>[]
  forecasts: readonly EntityRule<ForecastRule>[]
  processes: readonly { rule: AbsentRule; glob: string }[]
  finding?: FindingRule
  /** Whether the host itself is there. */
  presence: readonly AbsentRule[]
  metrics: readonly RuleMetric[]
  /** Samples further apart than this have missing data between them, or further than three of their intervals. */
  gapMs: number
}

export interface EntityRule<Kind> {
  rule: Kind
  /** Undefined: the rule is not about this entity. */
  keyOf(entity: string): AlertKey | undefined
}

/** Of each host, made once a run; where they are the same for all hosts once for all. */
export function rulesByHost(set: RuleSet): (host: RuledHost) => HostRules {
  const isOneForAll = set.overrides.length === 0 && set.rules.every(({ where }) => where === undefined)
  const known = new Map<string, { tags: RuledHost['tags']; rules: HostRules }>()
  return (host) => {
    const name = isOneForAll ? '' : host.name
    const found = known.get(name)
    if (found && (isOneForAll || found.tags === host.tags)) return found.rules
    const rules = hostRules(set, host)
    known.set(name, { tags: host.tags, rules })
    return rules
  }
}

/** Where no rule says after which silence a host is down. */
const gapMs = 300_000

export function hostRules(set: RuleSet, host: RuledHost): HostRules {
  const rules = effectiveRules(set, host)
  const thresholds = rules.filter((rule) => rule.kind === 'threshold')
  const forecasts = rules.filter((rule) => rule.kind === 'forecast')
  const absent = rules.filter((rule) => rule.kind === 'absent')
  const finding = rules.find((rule) => rule.kind === 'finding')
  const presence = absent.filter(({ of }) => of === 'host')
  const metricIds = new Set<RuleMetricId>([...thresholds, ...forecasts].map(({ metric }) => metric))
  return {
    hash: createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16),
    byId: new Map(rules.map((rule) => [rule.id, rule])),
    thresholds: thresholds.map(ofEntities),
    forecasts: forecasts.map(ofEntities),
    processes: absent.flatMap((rule) => (rule.of === 'host' ? [] : [{ rule, glob: rule.of.process }])),
    ...(finding ? { finding } : {}),
    presence,
    metrics: [...metricIds].map(ruleMetricById),
    gapMs: Math.max(0, ...presence.map(({ afterMs }) => afterMs)) || gapMs,
  }
}

/** Does the host have the rule of this alert, and is that about the alert's entity? */
export function hasRule({ byId }: HostRules, key: AlertKey): boolean {
  const { rule: id, entity } = parseAlertKey(key)
  const rule = byId.get(id)
  return rule !== undefined && !('metric' in rule && !matchesEntity(rule, entity))
}

/** Names of keys are made once, globs are asked once an entity. */
function ofEntities<Kind extends ThresholdRule | ForecastRule>(rule: Kind): EntityRule<Kind> {
  const keys = new Map<string, AlertKey | undefined>()
  return {
    rule,
    keyOf: (entity) => {
      if (!keys.has(entity)) keys.set(entity, matchesEntity(rule, entity) ? alertKey(rule.id, entity) : undefined)
      return keys.get(entity)
    },
  }
}
