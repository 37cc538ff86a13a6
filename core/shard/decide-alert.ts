/** One alert of one host, one observation further: its next state, and a step where that is another one. */
import { createHash } from 'node:crypto'
import type { AlertKey, AlertState, Datapoint } from '../alerts/alert.ts'
import type { HostRules } from '../alerts/host-rules.ts'
import { type Observation, step } from '../alerts/lifecycle.ts'
import type { Reading } from '../alerts/readings.ts'
import type { Rule, Severity } from '../alerts/rule.ts'
import type { Fold } from './fold.ts'

/** A change of one alert, as the samples give it; what of that is told is for `shown.ts`. */
export interface Step {
  key: AlertKey
  rule: Rule
  entity: string
  after: AlertState | undefined
  /** Of an alert that is ok, and of one that is pending: how severe it is or would be. */
  severity: Severity
  atMs: number
  reason: string
  value?: number
  threshold?: number
  datapoints?: Datapoint[]
  gone?: true
  /** What decided it. */
  reading: Reading
}

/** Readings of one host being taken. */
export interface Taking {
  host: string
  rules: HostRules
  fold: Fold
  /** Readings of the last time, in order, this one included. */
  past: readonly Reading[]
  /** Place of the one that is being taken in `past`. */
  at: number
  steps: Step[]
  /** Open alerts that this reading had something to say about. */
  judged: Set<AlertKey>
  /** There was no room for another alert. */
  isFull: { alerts?: true; findings?: true }
}

/** What is said of a decision; asked for only when there is something to tell. */
export interface Words {
  reason: string
  value?: number
  threshold?: number
  datapoints?: Datapoint[]
}

export interface Decision {
  key: AlertKey
  rule: Rule
  entity: string
  severity: Severity
  observation: Observation
  atMs: number
  reading: Reading
}

export function decide(taking: Taking, decision: Decision, say: (after: AlertState | undefined) => Words): void {
  const { fold, host, steps } = taking
  const { key, rule, entity, severity, observation, atMs, reading } = decision
  const before = fold.alerts.get(key)
  const { keepFiringMs, flap } = rule
  // That its data came back is no firing of its own.
  const isFiringAnew = before?.state !== 'firing' && before?.state !== 'no-data'
  const after = step(before, observation, {
    atMs,
    severity,
    keepFiringMs,
    ...(flap
      ? {
          isFlapping: isFiringAnew && firedBefore(fold, key, atMs - flap.withinMs) + 1 >= flap.times,
          calmMs: flap.calmMs,
        }
      : {}),
    openIncident: (startedAtMs) => ({ id: incidentId(host, key, startedAtMs), startedAtMs }),
  })
  if (after === before) return
  if (after) fold.alerts.set(key, after)
  else fold.alerts.delete(key)
  if (flap && after?.state === 'firing' && isFiringAnew) {
    rememberFired(fold, key, atMs, flap.times)
  }
  steps.push({
    key,
    rule,
    entity,
    after,
    severity: severityOf(after ?? before, severity),
    atMs,
    reading,
    ...(observation.is === 'gone' ? { gone: true as const } : {}),
    ...say(after),
  })
}

/** No more to judge by. */
export function decideMissing(taking: Taking, decision: Omit<Decision, 'observation'>, reason: string): void {
  decide(taking, { ...decision, observation: { is: 'missing' } }, () => ({ reason }))
}

export function incidentId(host: string, key: AlertKey, startedAtMs: number): string {
  return createHash('sha256').update(`${host}\n${key}\n${startedAtMs}`).digest('hex').slice(0, 12)
}

export function severityOf(alert: AlertState | undefined, otherwise: Severity): Severity {
  return alert && alert.state !== 'pending' ? alert.severity : otherwise
}

const datapointsTold = 10
/** So far back they are looked for. */
const readingsLooked = 60

/** The last values of one entity, up to this reading. */
export function evidence({ past, at }: Taking, metric: string, entity: string): Datapoint[] {
  const found: Datapoint[] = []
  for (let index = at; index >= 0 && index > at - readingsLooked && found.length < datapointsTold; index--) {
    const reading = past[index] as Reading
    const value = reading.values[metric]?.find(([name]) => name === entity)
    if (value) found.push([reading.atMs, value[1]])
  }
  return found.reverse()
}

function firedBefore(fold: Fold, key: AlertKey, fromMs: number): number {
  return fold.series.get(key)?.firedAtMs?.filter((atMs) => atMs > fromMs).length ?? 0
}

function rememberFired(fold: Fold, key: AlertKey, atMs: number, most: number): void {
  const series = fold.series.get(key) ?? { atMs }
  series.firedAtMs = [...(series.firedAtMs ?? []), atMs].slice(-most)
  fold.series.set(key, series)
}
