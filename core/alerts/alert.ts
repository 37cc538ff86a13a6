/** What an alert is between two runs, and what a run decided about it. */
import { parseSeriesKey, seriesKey } from '../metrics.ts'
import type { ProcessSample } from '../snapshot.ts'
import type { Severity } from './rule.ts'

/** From the first firing to the resolution; the id stays the same through both, and when late data moves the beginning. */
export interface Incident {
  /** 12 hex digits, from host, rule, entity and `startedAtMs` as it was first known. */
  id: string
  startedAtMs: number
}

/** What an open incident carries through all its phases. */
interface Open {
  severity: Severity
  incident: Incident
  /** It went to firing so often that it is kept open until it has been calm. */
  flapping?: true
}

/** No entry at all is `ok`. Times are event time, milliseconds UTC. */
export type AlertState =
  | { state: 'pending'; sinceMs: number }
  /** `peak`: the worst value since the incident began. */
  | ({ state: 'firing'; sinceMs: number; peak?: number } & Open)
  | ({ state: 'recovering'; sinceMs: number; peak?: number } & Open)
  /** Nothing to judge by. An open incident stays open. */
  | ({ state: 'no-data'; sinceMs: number; severity: Severity; peak?: number } & Partial<Open>)

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

export function incidentOf(alert: AlertState | undefined): Incident | undefined {
  return alert && alert.state !== 'pending' ? alert.incident : undefined
}

/** What all hosts of a shard are called where an alert is of none of them. */
export const allHosts = '*'

/** Event time and value of what was judged; ascending. */
export type Datapoint = [atMs: number, value: number]

export interface Late {
  learnedAtMs: number
  /** Of an amendment to what is over: when it fired, as far as is known now. */
  fired?: { fromMs: number; toMs: number } | 'never'
}

/** A row of the log: one alert went from one phase to another, and why. */
export interface Transition {
  kind: 'transition'
  host: string
  rule: string
  /** Names the rule as it was for this host: 16 hex digits. Absent: no rule of the host's decided this. */
  ruleHash?: string
  entity: string
  severity: Severity
  /** From firing to firing: it became worse, or eased. */
  severityBefore?: Severity
  from: AlertPhase
  to: AlertPhase
  /** Event time of the sample that decided; for an absent host the time of the run. */
  atMs: number
  /** Time of the run. */
  decidedAtMs: number
  /** A sentence: `CPU 91.3 % > 80 %, mean of 10 min`. */
  reason: string
  value?: number
  threshold?: number
  incident?: Incident
  /** With this transition the incident began to be known. */
  opens?: true
  /** It happened much before the run that learned of it. */
  late?: Late
  /** Late data changed what had been told of this incident. From a phase to the same one: a note, nothing more. */
  amends?: string
  flapping?: true
  /** To ok: not well again, what it is about is there no more. */
  gone?: true
  /** What it was judged by: the last values, at most ten. */
  datapoints?: Datapoint[]
  /** The busiest processes at that moment; with firing only. */
  top?: ProcessSample[]
}
