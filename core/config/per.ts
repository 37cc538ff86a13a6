/** `per` of a rule: what of a metric it is about, one by one. */
import { type RuleEntity, type RuleMetricId, ruleMetricById } from '../alerts/rule-metrics.ts'

/** What is measured of each core or process has metrics of its own. */
const perOthers: Readonly<Record<string, RuleMetricId>> = {
  'cpu.percent core': 'core.percent',
  'cpu.percent process': 'process.cpu',
  'memory.used process': 'process.memory',
}

/** Undefined: the metric has none of these. */
export function metricPer(id: RuleMetricId, per: RuleEntity | undefined): RuleMetricId | undefined {
  return per === undefined || ruleMetricById(id).per === per ? id : perOthers[`${id} ${per}`]
}

export function perWords(id: RuleMetricId): string {
  const own = ruleMetricById(id).per
  const others = Object.keys(perOthers).flatMap((key) => (key.startsWith(`${id} `) ? [key.slice(id.length + 1)] : []))
  const possible = [...(own ? [own] : []), ...others]
  return possible.length === 0 ? `expected no per: ${id} is one value of a host` : `expected ${possible.join(' or ')}`
}
