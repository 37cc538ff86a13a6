/** One alert of one host, one observation further: its next state, and a transition where that is another one. */
import { createHash } from 'node:crypto'
import {
  type AlertKey,
  type AlertState,
  alertKey,
  type Incident,
  parseAlertKey,
  type Transition,
} from '../alerts/alert.ts'
import { type Observation, step } from '../alerts/lifecycle.ts'
import type { Rule, Severity } from '../alerts/rule.ts'
import type { ProcessSample, Snapshot } from '../snapshot.ts'
import type { HostState } from './state.ts'

export interface TimedSnapshot {
  atMs: number
  snapshot: Snapshot
}

export interface Decided {
  host: HostState
  transitions: Transition[]
}

export interface Decision {
  name: string
  rule: Pick<Rule, 'id'> & { severity: Severity; threshold?: number; keepFiringMs?: number }
  entity: string
  observation: Observation
  atMs: number
  nowMs: number
  reason: string
  value?: number
  top?: ProcessSample[]
}

export function decideAlert(host: HostState, decision: Decision): Decided {
  const { name, rule, entity, observation, atMs, nowMs, reason, value, top } = decision
  const key = alertKey(rule.id, entity)
  const before = host.alerts[key]
  const after = step(before, observation, {
    atMs,
    keepFiringMs: rule.keepFiringMs ?? 0,
    openIncident: (startedAtMs) => ({ id: incidentId(name, key, startedAtMs), startedAtMs }),
  })
  if (after === before) return { host, transitions: [] }
  const incident = incidentOf(after) ?? incidentOf(before)
  const transition: Transition = {
    kind: 'transition',
    host: name,
    rule: rule.id,
    entity,
    severity: rule.severity,
    from: before?.state ?? 'ok',
    to: after?.state ?? 'ok',
    atMs,
    decidedAtMs: nowMs,
    reason,
    ...(value === undefined ? {} : { value }),
    ...(rule.threshold === undefined ? {} : { threshold: rule.threshold }),
    ...(incident ? { incident } : {}),
    ...(after?.state === 'firing' && top && top.length > 0 ? { top } : {}),
  }
  return { host: withAlert(host, key, after, reason), transitions: [transition] }
}

export function incidentOf(alert: AlertState | undefined): Incident | undefined {
  return alert && alert.state !== 'pending' ? alert.incident : undefined
}

/** What this rule has open alerts of. */
export function entitiesOf(host: HostState, rule: Pick<Rule, 'id'>): string[] {
  return Object.keys(host.alerts)
    .map(parseAlertKey)
    .filter((key) => key.rule === rule.id)
    .map(({ entity }) => entity)
}

/** One decision after another, each over the host that the one before made. */
export function decideEach<T>(
  before: HostState,
  items: readonly T[],
  decide: (host: HostState, item: T) => Decided,
): Decided {
  let host = before
  const transitions: Transition[] = []
  for (const item of items) {
    const decided = decide(host, item)
    host = decided.host
    transitions.push(...decided.transitions)
  }
  return { host, transitions }
}

const busiestKept = 5

/** The processes that a mail names beside the alert. */
export function busiest({ processes }: Snapshot, by: 'cpu' | 'memory' = 'cpu'): ProcessSample[] {
  const weight = (one: ProcessSample) => (by === 'memory' ? one.rssBytes : one.cpuPercent) ?? 0
  return processes.top.toSorted((a, b) => weight(b) - weight(a)).slice(0, busiestKept)
}

function incidentId(host: string, key: AlertKey, startedAtMs: number): string {
  return createHash('sha256').update(`${host}\n${key}\n${startedAtMs}`).digest('hex').slice(0, 12)
}

function withAlert(host: HostState, key: AlertKey, alert: AlertState | undefined, reason: string): HostState {
  const { [key]: _alert, ...alerts } = host.alerts
  const { [key]: _reason, ...reasons } = host.reasons
  if (!alert) return { ...host, alerts, reasons }
  return { ...host, alerts: { ...alerts, [key]: alert }, reasons: { ...reasons, [key]: reason } }
}
