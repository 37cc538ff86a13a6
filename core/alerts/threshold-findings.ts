/** The thresholds of the rules, held against one snapshot. */
import type { Finding, Snapshot } from '../snapshot.ts'
import { judge } from './judge.ts'
import { thresholdReason } from './reason.ts'
import { matchesEntity, type ThresholdRule } from './rule.ts'
import { ruleMetricById } from './rule-metrics.ts'

/** What of a host is beyond its thresholds in this one snapshot, by the rules that evaluate has. */
export function thresholdFindings(snapshot: Snapshot, rules: readonly ThresholdRule[]): Finding[] {
  return rules.flatMap((rule) => {
    // Of one snapshot: window and datapoints are for evaluate, and so is what changes between two.
    const alone: ThresholdRule = { ...rule, windowMs: 0, datapoints: { breaching: 1, of: 1 } }
    if (rule.agg === 'rate' || rule.agg === 'delta') return []
    return ruleMetricById(rule.metric)
      .read(snapshot)
      .flatMap(([entity, value]): Finding[] => {
        const { observation, breaching } = judge(alone, { sample: value, value, isCovered: true })
        if (observation.is !== 'breaching' || !matchesEntity(rule, entity)) return []
        const message = thresholdReason(alone, { observation, value, sample: value, breaching })
        const { id: check, severity: usual, threshold } = rule
        const severity = observation.severity ?? usual
        return [{ check, ...(entity === '' ? {} : { subject: entity }), severity, message, value, threshold }]
      })
  })
}
