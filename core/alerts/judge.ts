/** Holds one value against one rule, and says in words why it decided so. */
import { metricById } from '../metrics.ts'
import type { Observation } from './lifecycle.ts'
import type { ThresholdRule } from './rule.ts'
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
  return `${title(metric)} ${mean.toFixed(1)} % ${compared}${over}`
}

function buildingSentence({ metric, threshold, windowMs }: ThresholdRule, value: number): string {
  return `${title(metric)} ${value.toFixed(1)} % > ${threshold} %, not yet over ${duration(windowMs)}`
}

function title(metric: string): string {
  return metricById(metric)?.title ?? metric
}

function duration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`
  return `${Math.round(ms / 100) / 10} s`
}
