/** Holds one value against one rule, and says in words why it decided so. */
import type { Observation } from './lifecycle.ts'
import type { ThresholdRule } from './rule.ts'
import { ruleMetricById } from './rule-metrics.ts'
import { isCovered, type WindowSlot, windowMean } from './window.ts'

export interface Judgement {
  observation: Observation
  /** What was compared with the threshold: the mean, or the sample where the rule has no window. */
  value: number
  reason: string
}

export function judge(
  rule: ThresholdRule,
  { value, slots, atMs, intervalMs }: { value: number; slots: readonly WindowSlot[]; atMs: number; intervalMs: number },
): Judgement {
  const { threshold, clear, windowMs } = rule
  const mean = windowMs === 0 ? value : (windowMean(slots) ?? value)
  const covered = windowMs === 0 || isCovered(slots, { atMs, windowMs, intervalMs })
  const decided = (is: Observation['is']): Judgement => ({
    observation: { is },
    value: mean,
    reason: sentence(rule, mean, is),
  })
  if (mean > threshold && covered) return decided('breaching')
  if (value > threshold) {
    return { observation: { is: 'building' }, value, reason: buildingSentence(rule, value) }
  }
  return decided(mean <= clear ? 'clear' : 'between')
}

function sentence({ metric, threshold, clear, windowMs }: ThresholdRule, mean: number, is: Observation['is']): string {
  const compared = is === 'breaching' ? `> ${threshold} %` : is === 'clear' ? `≤ ${clear} %` : `≤ ${threshold} %`
  const over = windowMs === 0 ? '' : `, mean of ${duration(windowMs)}`
  return `${ruleMetricById(metric).title} ${besides(mean, threshold)} % ${compared}${over}`
}

function buildingSentence({ metric, threshold, windowMs }: ThresholdRule, value: number): string {
  return `${ruleMetricById(metric).title} ${besides(value, threshold)} % > ${threshold} %, not yet over ${duration(windowMs)}`
}

/** With as many digits as it takes to tell it from the threshold: never `85.0 % > 85 %`. */
function besides(value: number, threshold: number): string {
  const digits = [1, 2, 3].find((count) => Number(value.toFixed(count)) !== threshold) ?? 1
  return value.toFixed(digits)
}

function duration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`
  return `${Math.round(ms / 100) / 10} s`
}
