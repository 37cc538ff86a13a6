/** What an alert is between two runs, and what a run decided about it. */
import { parseSeriesKey, seriesKey } from '../metrics.ts'
import type { ProcessSample } from '../snapshot.ts'
import type { Severity } from './rule.ts'

/** From the first firing to the resolution; the id stays the same through both. */
export interface Incident {
  /** 12 hex digits, from host, rule, entity and `startedAtMs`. */
  id: string
  startedAtMs: number
}

/** No entry at all is `ok`. Times are event time, milliseconds UTC. */
export type AlertState =
  | { state: 'pending'; sinceMs: number }
  | { state: 'firing'; sinceMs: number; incident: Incident }
  | { state: 'recovering'; sinceMs: number; incident: Incident }
  /** Nothing to judge by. An open incident stays open. */
  | { state: 'no-data'; sinceMs: number; incident?: Incident }

export type AlertPhase = 'ok' | AlertState['state']

/** rule id, or `rule|entity`: `cpu`, `disk|/var`. */
export type AlertKey = string

export function alertKey(rule: string, entity: string): AlertKey {
  return seriesKey(rule, entity)
}

export function parseAlertKey(key: AlertKey): { rule: string; entity: string } {
  const { metricId: rule, entity } = parseSeriesKey(key)
  return { rule, entity }
}

/** A row of the log: one alert went from one phase to another, and why. */
export interface Transition {
  kind: 'transition'
  host: string
  rule: string
  entity: string
  severity: Severity
  from: AlertPhase
  to: AlertPhase
  /** Event time of the sample that decided; for an absent rule the time of the run. */
  atMs: number
  /** Time of the run. */
  decidedAtMs: number
  /** A sentence: `CPU 91.3 % > 80 %, mean of 10 min`. */
  reason: string
  value?: number
  threshold?: number
  incident?: Incident
  /** The busiest processes at that moment; with firing only. */
  top?: ProcessSample[]
}
