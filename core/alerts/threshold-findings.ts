/** The thresholds of the rules, held against one snapshot. */
import type { Finding, Snapshot } from '../snapshot.ts'
import { judge } from './judge.ts'
import type { ThresholdRule } from './rule.ts'
import { ruleMetricById } from './rule-metrics.ts'

/** What of a host stands above its thresholds in this one snapshot, by the rules that evaluate has. */
export function thresholdFindings(snapshot: Snapshot, rules: readonly ThresholdRule[]): Finding[] {
  return rules.flatMap((rule) =>
    ruleMetricById(rule.metric)
      .read(snapshot)
      .flatMap(([entity, value]): Finding[] => {
        if (value <= rule.threshold) return []
        // Of one snapshot: the rule's window is for evaluate.
        const now = { value, slots: [], atMs: snapshot.observedAtMs, intervalMs: snapshot.intervalMs }
        const { reason } = judge({ ...rule, windowMs: 0 }, now)
        const { id: check, severity, threshold } = rule
        return [{ check, ...(entity === '' ? {} : { subject: entity }), severity, message: reason, value, threshold }]
      }),
  )
}
