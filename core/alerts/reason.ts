/** Why it was decided so, in a sentence with its evidence; times are UTC. */
import type { Unit } from '../metrics.ts'
import { formatDuration, formatValue } from '../view/format.ts'
import { plainSpaces } from '../view/line.ts'
import { isBeyond } from './judge.ts'
import type { Observation } from './lifecycle.ts'
import type { Aggregation, Op, ThresholdRule } from './rule.ts'
import { ruleMetricById } from './rule-metrics.ts'

export interface Said {
  observation: Observation
  /** What was compared with the threshold. */
  value: number
  /** The newest sample. */
  sample: number
  /** Datapoints that breach. */
  breaching: number
  /** Where it began before now. */
  since?: string | undefined
}

const bad: Record<Op, string> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤' }
const good: Record<Op, string> = { '>': '≤', '>=': '<', '<': '≥', '<=': '>' }
const over: Record<Aggregation, string> = {
  avg: 'mean of',
  min: 'lowest of',
  max: 'highest of',
  p95: '95th percentile of',
  rate: 'over',
  delta: 'change in',
}

/** `CPU 91.3 % > 80 %, mean of 10 min, in 4 of 5 datapoints since 03:02Z` */
export function thresholdReason(rule: ThresholdRule, said: Said): string {
  const { metric, windowMs, agg, datapoints } = rule
  const { title, unit: plain } = ruleMetricById(metric)
  const unit = agg === 'rate' ? perSecond(plain) : plain
  const isBuilding = said.observation.is === 'building'
  const value = isBuilding && isBeyond(rule, said.sample, rule.threshold) ? said.sample : said.value
  const { sign, threshold } = compared(rule, said, value)
  const text = `${title} ${besides(value, threshold, unit)} ${sign} ${withUnit(threshold, unit)}`
  if (isBuilding) return `${text}, not yet ${waits(rule, said)}`
  const window = windowMs === 0 ? '' : `, ${over[agg]} ${shortDuration(windowMs)}`
  const among = datapoints.of === 1 ? '' : `${window && ','} in ${said.breaching} of ${datapoints.of} datapoints`
  return `${text}${window}${among}${said.since === undefined ? '' : `${among || !window ? '' : ','} since ${said.since}`}`
}

function waits({ datapoints, windowMs }: ThresholdRule, { breaching }: Said): string {
  if (datapoints.of > 1) return `in ${datapoints.breaching} of ${datapoints.of} datapoints but in ${breaching}`
  return `over ${shortDuration(windowMs)}`
}

/** With what it was compared, so that the sentence is true. */
function compared(rule: ThresholdRule, { observation }: Said, value: number): { sign: string; threshold: number } {
  const { op, threshold, critical, clear } = rule
  if (observation.is === 'breaching' && critical !== undefined && isBeyond(rule, value, critical)) {
    return { sign: bad[op], threshold: critical }
  }
  const isUpward = op === '>' || op === '>='
  if (observation.is === 'clear' && clear !== threshold && (isUpward ? value <= clear : value >= clear)) {
    return { sign: isUpward ? '≤' : '≥', threshold: clear }
  }
  return { sign: isBeyond(rule, value, threshold) ? bad[op] : good[op], threshold }
}

/** With as many digits as it takes to tell it from the threshold: never `85.0 % > 85 %`. */
function besides(value: number, threshold: number, unit: Unit): string {
  if (unit !== '%') return withUnit(value, unit)
  const digits = [1, 2, 3].find((count) => Number(value.toFixed(count)) !== threshold) ?? 1
  return `${value.toFixed(digits)} %`
}

function withUnit(value: number, unit: Unit): string {
  return unit === '%' ? `${value} %` : plainSpaces(formatValue(value, unit))
}

function perSecond(unit: Unit): Unit {
  return unit === 'B' ? 'B/s' : unit === 'count' ? '/s' : unit
}

export function shortDuration(ms: number): string {
  if (ms % 60_000 === 0 && ms < 3_600_000) return `${ms / 60_000} min`
  return ms < 60_000 ? `${Math.round(ms / 100) / 10} s` : plainSpaces(formatDuration(ms))
}

/** `03:02Z`, with its day where that is not the one of `besideMs`. */
export function utcTime(atMs: number, besideMs: number): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().split('T')
  const isSameDay = new Date(besideMs).toISOString().startsWith(day)
  return `${isSameDay ? '' : `${day} `}${time.slice(0, 5)}Z`
}
