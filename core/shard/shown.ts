/**
 * What is told of a host's alerts. The fold says what its samples amount to; what is shown differs from that while the host
 * is silent, and keeps the id of an incident whose beginning late data have moved. Each transition goes on from what is
 * shown, so that those of one alert are a chain.
 */
import {
  type AlertKey,
  type AlertState,
  type Incident,
  incidentOf,
  type Late,
  parseAlertKey,
  type Transition,
} from '../alerts/alert.ts'
import { type HostRules, hasRule } from '../alerts/host-rules.ts'
import type { Reading } from '../alerts/readings.ts'
import { type Rule, ruleHash, type Severity } from '../alerts/rule.ts'
import type { ProcessSample } from '../snapshot.ts'
import { type Step, severityOf } from './decide-alert.ts'
import type { Fold } from './fold.ts'

/** One that is open, or was a while ago: late data may still say something about it. */
export interface KnownIncident extends Incident {
  key: AlertKey
  endedAtMs?: number
}

export interface Shown {
  host: string
  rules: HostRules
  nowMs: number
  /** Later than this it is told that it was late. */
  lateAfterMs: number
  /** Stands behind each reason: how the host's clock was put right. */
  note: string
  alerts: Map<AlertKey, AlertState>
  reasons: Map<AlertKey, string>
  incidents: KnownIncident[]
  transitions: Transition[]
  /** The busiest processes of a reading that came with this run. */
  topOf(reading: Reading, rule: Rule): ProcessSample[] | undefined
}

export type Change = Pick<Step, 'key' | 'after' | 'atMs' | 'reason'> &
  Partial<Pick<Step, 'severity' | 'value' | 'threshold' | 'datapoints' | 'gone' | 'reading'>> & {
    /** Late data changed what was told of this incident. */
    amends?: Incident
    /** Of one that is over: when it was. */
    fired?: Late['fired']
  }

/** A transition, if this is another state than the one that is shown. */
export function show(shown: Shown, change: Change): void {
  const { key, after } = change
  const before = shown.alerts.get(key)
  if (after) shown.alerts.set(key, after)
  else shown.alerts.delete(key)
  if (isSame(before, after) && !change.amends) return
  if (after) shown.reasons.set(key, change.reason)
  else shown.reasons.delete(key)
  const transition = transitionOf(shown, before, change)
  remember(shown, transition, key)
  shown.transitions.push(transition)
}

/** All that the fold says and that isn't shown so: the host was silent, and is heard again. */
export function showAll(shown: Shown, fold: Fold, readings: readonly Reading[]): void {
  const reading = readings.at(-1)
  for (const key of new Set([...shown.alerts.keys(), ...fold.alerts.keys()])) {
    if (isPresence(shown.rules, key)) continue
    const after = fold.alerts.get(key)
    const reason = `heard again: ${shown.reasons.get(key) ?? 'nothing is known against it'}`
    show(shown, { key, after, atMs: fold.atMs, reason, ...(reading ? { reading } : {}) })
  }
}

/** No more to judge by, from now on. */
export function silence(shown: Shown, atMs: number, reason: string): void {
  for (const [key, alert] of [...shown.alerts]) {
    const rule = shown.rules.byId.get(parseAlertKey(key).rule)
    if (!rule || isPresence(shown.rules, key)) continue
    if (alert.state === 'no-data' || (rule.kind === 'threshold' && rule.missing !== 'no-data')) continue
    const severity = severityOf(alert, ruleSeverity(rule))
    const after: AlertState =
      alert.state === 'pending'
        ? { state: 'no-data', sinceMs: atMs, severity }
        : { ...alert, state: 'no-data', sinceMs: atMs }
    show(shown, { key, after, atMs, reason, severity })
  }
}

/** Alerts whose rule this host no longer has, or which is no longer about this entity. */
export function dropUnruled(shown: Shown): void {
  for (const key of [...shown.alerts.keys()]) {
    if (hasRule(shown.rules, key)) continue
    show(shown, { key, after: undefined, atMs: shown.nowMs, reason: 'this host no longer has the rule for it' })
  }
}

export function isPresence({ presence }: HostRules, key: AlertKey): boolean {
  return presence.some(({ id }) => id === key)
}

function isSame(a: AlertState | undefined, b: AlertState | undefined): boolean {
  if (a?.state !== b?.state) return false
  if (!a || !b || a.state === 'pending' || b.state === 'pending') return true
  return (
    a.incident?.id === b.incident?.id &&
    a.incident?.startedAtMs === b.incident?.startedAtMs &&
    (a.incident === undefined || a.severity === b.severity) &&
    a.flapping === b.flapping
  )
}

function transitionOf(shown: Shown, before: AlertState | undefined, change: Change): Transition {
  const { key, after, atMs, value, threshold, datapoints, gone, reading, amends, fired } = change
  const { rule: id, entity } = parseAlertKey(key)
  const rule = shown.rules.byId.get(id)
  const severity = severityOf(after ?? before, change.severity ?? (rule ? ruleSeverity(rule) : 'warning'))
  const wasSeverity = before?.state === 'firing' && after?.state === 'firing' ? before.severity : severity
  const incident = amends ?? incidentOf(after) ?? incidentOf(before)
  const opens = incidentOf(after) !== undefined && incidentOf(before) === undefined && !amends
  const top = after?.state === 'firing' && rule && reading ? shown.topOf(reading, rule) : undefined
  const flapping = after && after.state !== 'pending' && after.flapping
  return {
    kind: 'transition',
    host: shown.host,
    rule: id,
    ...(rule ? { ruleHash: ruleHash(rule) } : {}),
    entity,
    severity,
    ...(wasSeverity === severity ? {} : { severityBefore: wasSeverity }),
    from: before?.state ?? 'ok',
    to: after?.state ?? 'ok',
    atMs,
    decidedAtMs: shown.nowMs,
    reason: `${change.reason}${shown.note}`,
    ...(value === undefined ? {} : { value }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(incident ? { incident } : {}),
    ...(opens ? { opens } : {}),
    ...(shown.nowMs - atMs > shown.lateAfterMs || amends
      ? { late: { learnedAtMs: shown.nowMs, ...(fired ? { fired } : {}) } }
      : {}),
    ...(amends ? { amends: amends.id } : {}),
    ...(flapping ? { flapping } : {}),
    ...(gone ? { gone } : {}),
    ...(datapoints && datapoints.length > 0 ? { datapoints } : {}),
    ...(top && top.length > 0 ? { top } : {}),
  }
}

function remember(shown: Shown, { incident, to, atMs }: Transition, key: AlertKey): void {
  if (!incident) return
  const others = shown.incidents.filter(({ id }) => id !== incident.id)
  shown.incidents = [...others, { ...incident, key, ...(to === 'ok' ? { endedAtMs: atMs } : {}) }]
}

function ruleSeverity(rule: Rule): Severity {
  return rule.kind === 'finding' ? 'warning' : rule.severity
}
