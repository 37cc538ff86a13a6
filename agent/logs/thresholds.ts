/**
 * What the agent itself sees cross a threshold, sample by sample: for alerts.log, at once and even when the bucket is away,
 * and to send at once instead of with the next batch. Whether anybody is told is for evaluate to decide.
 */
import type { ThresholdRule } from '../../core/alerts/rule.ts'
import { ruleMetricById } from '../../core/alerts/rule-metrics.ts'
import { type SeriesKey, seriesKey } from '../../core/metrics.ts'
import type { Snapshot } from '../../core/snapshot.ts'

export interface Crossing {
  rule: string
  metric: string
  /** '' where there is one value. */
  entity: string
  direction: 'above' | 'below'
  value: number
  threshold: number
}

export interface LocalThresholds {
  /** What crossed with this snapshot, either way. */
  check(snapshot: Snapshot): Crossing[]
}

export function createLocalThresholds(rules: readonly ThresholdRule[]): LocalThresholds {
  const above = new Set<SeriesKey>()
  return {
    check: (snapshot) =>
      rules.flatMap(({ id, metric, threshold, clear }) =>
        ruleMetricById(metric)
          .read(snapshot)
          .flatMap(([entity, value]): Crossing[] => {
            const key = seriesKey(id, entity)
            const wasAbove = above.has(key)
            const isAbove = wasAbove ? value > clear : value > threshold
            if (isAbove === wasAbove) return []
            if (isAbove) above.add(key)
            else above.delete(key)
            return [{ rule: id, metric, entity, direction: isAbove ? 'above' : 'below', value, threshold }]
          }),
      ),
  }
}
