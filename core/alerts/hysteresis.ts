/** How far on its good side a value must be to be clear, where a rule doesn't say it: one that swings around its threshold doesn't flap. */
import type { ThresholdRule } from './rule.ts'
import { rangeOfRule, ruleMetricById } from './rule-metrics.ts'

type Stepped = Pick<ThresholdRule, 'metric' | 'agg' | 'op' | 'threshold'>

/** Five points of a percentage, two of a disk's, which changes slowly. */
const percentPoints = 5
const diskPoints = 2
/** Of anything else. */
const share = 0.05

export function clearOf(rule: Stepped): number {
  const { metric, op, threshold } = rule
  const { lowest, highest } = rangeOfRule(rule)
  const { unit, per } = ruleMetricById(metric)
  const points = per === 'mount' ? diskPoints : percentPoints
  const distance = unit === '%' ? points : Math.abs(threshold) * share
  return isAbove(op) ? Math.max(lowest, threshold - distance) : Math.min(highest, threshold + distance)
}

export function isByDefault(rule: Stepped & Pick<ThresholdRule, 'clear'>): boolean {
  return rule.clear === clearOf(rule)
}

/** Where several overrides together would put it beyond the threshold, it is at the threshold. */
export function onGoodSide({ op, threshold, clear }: Pick<ThresholdRule, 'op' | 'threshold' | 'clear'>): number {
  return isAbove(op) ? Math.min(clear, threshold) : Math.max(clear, threshold)
}

/** Is what is too much the bad side? */
export function isAbove(op: ThresholdRule['op']): boolean {
  return op === '>' || op === '>='
}
