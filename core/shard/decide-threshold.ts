/** One reading against the rules that have a threshold, for each of their entities. */
import type { AlertKey } from '../alerts/alert.ts'
import type { EntityRule } from '../alerts/host-rules.ts'
import { isBeyond, type Judged, judge, needsWholeWindow, worse } from '../alerts/judge.ts'
import type { Observation } from '../alerts/lifecycle.ts'
import type { Reading } from '../alerts/readings.ts'
import { thresholdReason, utcTime } from '../alerts/reason.ts'
import type { ThresholdRule } from '../alerts/rule.ts'
import { isCounter, ruleMetricById } from '../alerts/rule-metrics.ts'
import { addToWindow, aggregate, isCovered, noteReset } from '../alerts/window.ts'
import { limits } from '../limits.ts'
import { decide, evidence, type Taking } from './decide-alert.ts'
import { type Series, seriesOf } from './fold.ts'

export function decideThresholds(taking: Taking, reading: Reading): void {
  for (const entityRule of taking.rules.thresholds) {
    const { rule, keyOf } = entityRule
    const remembers = isRemembering(rule)
    for (const [entity, value] of reading.values[rule.metric] ?? []) {
      const key = keyOf(entity)
      if (key === undefined) continue
      const isKnown = taking.fold.alerts.has(key)
      if (!isKnown && !remembers && !isBeyond(rule, value, rule.threshold)) continue
      decideValue(taking, { rule, key, entity, value, reading, isKnown })
    }
    if (rule.missing === 'breaching') decideAbsentValues(taking, entityRule, reading)
  }
}

function isRemembering({ windowMs, datapoints, missing }: ThresholdRule): boolean {
  return windowMs > 0 || datapoints.of > 1 || missing === 'breaching'
}

interface OneValue {
  rule: ThresholdRule
  key: AlertKey
  entity: string
  value: number
  reading: Reading
  isKnown: boolean
}

function decideValue(taking: Taking, one: OneValue): void {
  const { rule, key, entity, value, reading, isKnown } = one
  const { fold } = taking
  // Of the host itself there is always room: no crowd of processes or mounts stands before its CPU.
  if (!isKnown && entity !== '' && fold.alerts.size >= limits.alertsPerHost) {
    taking.isFull.alerts = true
    return
  }
  const remembered = isRemembering(rule) ? seriesOf(fold, key, reading.atMs, limits.seriesPerHost) : undefined
  if (isRemembering(rule) && !remembered) {
    taking.isFull.alerts = true
    return
  }
  taking.judged.add(key)
  settle(taking, one, remember(rule, remembered, value, reading))
}

/** Into window and datapoints, and what that makes of the value. */
function remember(rule: ThresholdRule, series: Series | undefined, value: number, reading: Reading): Judged {
  const { windowMs, agg, datapoints } = rule
  const { atMs, intervalMs } = reading
  if (!series || windowMs === 0) {
    const kept = series && datapoints.of > 1 ? addDatapoint(series, rule, atMs, value) : undefined
    return { sample: value, value, isCovered: true, ...(kept ? { datapoints: kept } : {}) }
  }
  series.window ??= []
  if ((agg === 'rate' || agg === 'delta') && isCounter(rule.metric)) noteReset(series.window, { atMs, value, windowMs })
  addToWindow(series.window, { atMs, value, windowMs, agg })
  const over = aggregate(series.window, { atMs, value, agg })
  const covered = !needsWholeWindow(rule) || isCovered(series.window, { atMs, windowMs, intervalMs })
  // A rate needs two samples; with the first one nothing breaches.
  if (over === undefined) return { sample: value, value: rule.clear, isCovered: false }
  const kept = datapoints.of > 1 ? addDatapoint(series, rule, atMs, over) : undefined
  return { sample: value, value: over, isCovered: covered, ...(kept ? { datapoints: kept } : {}) }
}

/** One a snapshot, or one a window: within that the newest stands. */
function addDatapoint(series: Series, { windowMs, datapoints }: ThresholdRule, atMs: number, value: number): number[] {
  const stepMs = windowMs === 0 ? atMs : Math.floor(atMs / windowMs) * windowMs
  series.datapoints ??= []
  const flat = series.datapoints
  if (flat.at(-2) === stepMs) flat[flat.length - 1] = value
  else flat.push(stepMs, value)
  if (flat.length > 2 * datapoints.of) flat.splice(0, flat.length - 2 * datapoints.of)
  return flat.filter((_, index) => index % 2 === 1)
}

function settle(taking: Taking, one: OneValue, judged: Judged): void {
  const { rule, key, entity, reading } = one
  const { observation, breaching } = judge(rule, judged)
  if (!one.isKnown && (observation.is === 'clear' || observation.is === 'between')) return
  const value = toldValue(rule, observation, judged)
  const { atMs } = reading
  const decision = { key, rule, entity, severity: rule.severity, observation, atMs, reading }
  decide(taking, decision, (after) => ({
    reason: thresholdReason(rule, {
      observation,
      value,
      sample: judged.sample,
      breaching,
      ...(after?.state === 'firing' && after.incident.startedAtMs < atMs
        ? { since: utcTime(after.incident.startedAtMs, atMs) }
        : {}),
    }),
    value,
    threshold:
      after?.state === 'firing' && after.severity === 'critical' ? (rule.critical ?? rule.threshold) : rule.threshold,
    datapoints: evidence(taking, rule.metric, entity),
  }))
  if (observation.is === 'breaching') raisePeak(taking, key, rule, value)
}

/** Of several datapoints the newest that says what was decided. */
function toldValue(rule: ThresholdRule, { is }: Observation, { value, sample, datapoints }: Judged): number {
  if (is === 'building') return datapoints ? value : sample
  if (is !== 'breaching' || !datapoints) return value
  return datapoints.findLast((one) => isBeyond(rule, one, rule.threshold)) ?? value
}

function raisePeak({ fold }: Taking, key: AlertKey, rule: ThresholdRule, value: number): void {
  const alert = fold.alerts.get(key)
  if (alert?.state !== 'firing') return
  const peak = alert.peak === undefined ? value : worse(rule, alert.peak, value)
  if (peak !== alert.peak) fold.alerts.set(key, { ...alert, peak })
}

/** Where no value breaches: of one of several only once it had been there. */
function decideAbsentValues(taking: Taking, { rule, keyOf }: EntityRule<ThresholdRule>, reading: Reading): void {
  const { fold, judged } = taking
  const isSingle = ruleMetricById(rule.metric).per === undefined
  const keys = isSingle
    ? [alertKeyOfHost(keyOf)]
    : [...fold.series.keys()].filter((key) => key.startsWith(`${rule.id}|`))
  for (const key of keys) {
    if (key === undefined || judged.has(key)) continue
    judged.add(key)
    const entity = isSingle ? '' : key.slice(rule.id.length + 1)
    const series = fold.series.get(key)
    const breaching =
      series && rule.datapoints.of > 1 ? addDatapoint(series, rule, reading.atMs, worst(rule)) : undefined
    const count = breaching?.filter((value) => isBeyond(rule, value, rule.threshold)).length ?? 1
    const observation: Observation = { is: count >= rule.datapoints.breaching ? 'breaching' : 'building' }
    const { atMs } = reading
    decide(taking, { key, rule, entity, severity: rule.severity, observation, atMs, reading }, () => ({
      reason: `${ruleMetricById(rule.metric).title}: no value, which breaches by the rule`,
      threshold: rule.threshold,
    }))
  }
}

function alertKeyOfHost(keyOf: EntityRule<ThresholdRule>['keyOf']): AlertKey | undefined {
  return keyOf('')
}

/** JSON has no infinity. */
function worst({ op }: ThresholdRule): number {
  return op === '>' || op === '>=' ? Number.MAX_VALUE : -Number.MAX_VALUE
}
