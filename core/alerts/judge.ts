/** Holds values against a rule: pure, and without words. What is said of it is made only when it is told (reason.ts). */
import type { Observation } from './lifecycle.ts'
import type { ThresholdRule } from './rule.ts'

export interface Judged {
  /** The newest sample by itself. */
  sample: number
  /** Over the window; the sample where the rule has none. */
  value: number
  /** Do the samples reach back over the whole window, as far as that matters? */
  isCovered: boolean
  /** The last datapoints, as many as the rule looks at, this one included; absent: it looks at this one alone. */
  datapoints?: readonly number[]
}

export interface Judgement {
  observation: Observation
  /** Of the datapoints, those on the bad side. */
  breaching: number
}

const warning: Observation = { is: 'breaching' }
const critical: Observation = { is: 'breaching', severity: 'critical' }
const nearCritical: Observation = { is: 'breaching', still: 'critical' }
const building: Observation = { is: 'building' }
const between: Observation = { is: 'between' }
const clear: Observation = { is: 'clear' }
const mostlyClear: Observation = { is: 'clear', yet: 'some' }

export function judge(rule: ThresholdRule, judged: Judged): Judgement {
  const { value, isCovered, datapoints = [value] } = judged
  const needed = rule.datapoints.breaching
  const breaching = count(datapoints, (one) => isBeyond(rule, one, rule.threshold))
  const decided = (observation: Observation): Judgement => ({ observation, breaching })
  if (breaching >= needed && isCovered) return decided(beyond(rule, datapoints, needed))
  if (isBuilding(rule, judged)) return decided(building)
  const notClear = count(datapoints, (one) => !isClear(rule, one))
  if (notClear >= needed) return decided(between)
  return decided(breaching > 0 ? mostlyClear : clear)
}

/** A sample tells of its window's mean, lowest, highest; of a rate or a change only the window itself does. */
function isBuilding(rule: ThresholdRule, { sample, value }: Judged): boolean {
  const newest = rule.agg === 'rate' || rule.agg === 'delta' || rule.windowMs === 0 ? value : sample
  return isBeyond(rule, newest, rule.threshold)
}

function beyond(rule: ThresholdRule, datapoints: readonly number[], needed: number): Observation {
  const { critical: step, threshold } = rule
  if (step === undefined) return warning
  const holds = (from: number) => count(datapoints, (one) => isBeyond(rule, one, from)) >= needed
  if (holds(step)) return critical
  return holds(criticalClear(rule, step, threshold)) ? nearCritical : warning
}

/** As far below the critical step as `clear` is below the threshold, and never on the threshold's other side. */
function criticalClear({ op, clear: below }: ThresholdRule, step: number, threshold: number): number {
  const from = step - (threshold - below)
  return op === '>' || op === '>=' ? Math.max(threshold, from) : Math.min(threshold, from)
}

/** What breaches already in a part of the window does so in all of it, whatever came before. */
export function needsWholeWindow({ agg, op }: ThresholdRule): boolean {
  const isUpward = op === '>' || op === '>='
  return agg !== 'delta' && agg !== (isUpward ? 'max' : 'min')
}

export function isBeyond({ op }: Pick<ThresholdRule, 'op'>, value: number, threshold: number): boolean {
  switch (op) {
    case '>':
      return value > threshold
    case '>=':
      return value >= threshold
    case '<':
      return value < threshold
    case '<=':
      return value <= threshold
  }
}

/** Which of two values is the worse one. */
export function worse({ op }: Pick<ThresholdRule, 'op'>, a: number, b: number): number {
  return op === '>' || op === '>=' ? Math.max(a, b) : Math.min(a, b)
}

function isClear(rule: ThresholdRule, value: number): boolean {
  const { op, clear: good, threshold } = rule
  const isGood = op === '>' || op === '>=' ? value <= good : value >= good
  return isGood && !isBeyond(rule, value, threshold)
}

function count(values: readonly number[], holds: (value: number) => boolean): number {
  let found = 0
  for (const value of values) if (holds(value)) found += 1
  return found
}
