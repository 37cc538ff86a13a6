/** One host's samples, in the order of event time, through its rules: the next alerts, and a transition for each change. */
import { createHash } from 'node:crypto'
import {
  type AlertKey,
  type AlertState,
  alertKey,
  type Incident,
  parseAlertKey,
  type Transition,
} from '../alerts/alert.ts'
import { judge } from '../alerts/judge.ts'
import { type Observation, step } from '../alerts/lifecycle.ts'
import type { AbsentRule, Rule, ThresholdRule } from '../alerts/rule.ts'
import { addToWindow } from '../alerts/window.ts'
import { metricById } from '../metrics.ts'
import type { ProcessSample, Snapshot } from '../snapshot.ts'
import { withRecent } from './recent.ts'
import type { HostState } from './state.ts'

export interface TimedSnapshot {
  atMs: number
  snapshot: Snapshot
}

export interface Decided {
  host: HostState
  transitions: Transition[]
}

interface Decision {
  name: string
  rule: Rule
  entity: string
  observation: Observation
  atMs: number
  nowMs: number
  reason: string
  value?: number
  top?: ProcessSample[]
}

/**
 * The host after one sample. A sample that is not newer than the newest (late, or twice) fills windows and sparklines,
 * and decides nothing: what was decided is not rewritten.
 */
export function decideSample(
  host: HostState,
  { name, sample, rules, nowMs }: { name: string; sample: TimedSnapshot; rules: readonly Rule[]; nowMs: number },
): Decided {
  const { atMs, snapshot } = sample
  const isNewest = host.lastEventMs === undefined || atMs > host.lastEventMs
  let next: HostState = { ...host, recent: withRecent(host.recent, atMs, snapshot) }
  if (isNewest) next = { ...next, lastEventMs: atMs, latest: snapshot, intervalMs: snapshot.intervalMs }
  const transitions: Transition[] = []
  for (const rule of rules) {
    if (rule.kind !== 'threshold') continue
    const values = metricById(rule.metric)?.read(snapshot) ?? []
    for (const [entity, value] of values) {
      next = withSample(next, alertKey(rule.id, entity), rule, atMs, value)
      if (!isNewest) continue
      const slots = next.windows[alertKey(rule.id, entity)] ?? []
      const judgement = judge(rule, { value, slots, atMs, intervalMs: snapshot.intervalMs })
      const decided = decideAlert(next, { name, rule, entity, atMs, nowMs, ...judgement, top: busiest(rule, snapshot) })
      next = decided.host
      transitions.push(...decided.transitions)
    }
    if (!isNewest) continue
    const gone = entitiesOf(next, rule).filter((entity) => !values.some(([known]) => known === entity))
    const decided = decideMissing(next, gone, { name, rule, atMs, nowMs, reason: 'the snapshot has no such value' })
    next = decided.host
    transitions.push(...decided.transitions)
  }
  return { host: next, transitions }
}

/** No more to judge by: the host is silent, or its agent said goodbye. */
export function decideSilence(
  host: HostState,
  { rules, ...silence }: { name: string; rules: readonly Rule[]; atMs: number; nowMs: number; reason: string },
): Decided {
  let next = host
  const transitions: Transition[] = []
  for (const rule of rules) {
    if (rule.kind !== 'threshold') continue
    const decided = decideMissing(next, entitiesOf(next, rule), { ...silence, rule })
    next = decided.host
    transitions.push(...decided.transitions)
  }
  return { host: next, transitions }
}

function decideMissing(
  host: HostState,
  entities: readonly string[],
  missing: Omit<Decision, 'entity' | 'observation'>,
): Decided {
  let next = host
  const transitions: Transition[] = []
  for (const entity of entities) {
    const decided = decideAlert(next, { ...missing, entity, observation: { is: 'missing' } })
    next = decided.host
    transitions.push(...decided.transitions)
  }
  return { host: next, transitions }
}

/** Is the host up? `heard`: something of it was taken in this run. */
export function decidePresence(
  host: HostState,
  { name, rule, heard, nowMs }: { name: string; rule: AbsentRule; heard: boolean; nowMs: number },
): Decided {
  const silentMs = nowMs - host.lastArrivalMs
  const allowedMs = Math.max(rule.afterMs, 2 * host.shipEveryMs + 60_000)
  const known = host.alerts[rule.id]
  if (!heard && known) return { host, transitions: [] }
  if (!heard && (host.stoppedAtMs !== undefined || silentMs < allowedMs)) return { host, transitions: [] }
  const expected = `it sends every ${Math.round(host.shipEveryMs / 1000)} s`
  return decideAlert(host, {
    name,
    rule,
    entity: '',
    observation: { is: heard ? 'clear' : 'breaching' },
    atMs: nowMs,
    nowMs,
    reason: heard ? 'heard again' : `nothing heard for ${Math.round(silentMs / 60_000)} min; ${expected}`,
  })
}

function decideAlert(host: HostState, decision: Decision): Decided {
  const { name, rule, entity, observation, atMs, nowMs, reason, value, top } = decision
  const key = alertKey(rule.id, entity)
  const before = host.alerts[key]
  const after = step(before, observation, {
    atMs,
    keepFiringMs: rule.kind === 'threshold' ? rule.keepFiringMs : 0,
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
    ...(rule.kind === 'threshold' ? { threshold: rule.threshold } : {}),
    ...(incident ? { incident } : {}),
    ...(after?.state === 'firing' && top && top.length > 0 ? { top } : {}),
  }
  return { host: withAlert(host, key, after, reason), transitions: [transition] }
}

export function incidentOf(alert: AlertState | undefined): Incident | undefined {
  return alert && alert.state !== 'pending' ? alert.incident : undefined
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

function withSample(
  host: HostState,
  key: AlertKey,
  { windowMs }: ThresholdRule,
  atMs: number,
  value: number,
): HostState {
  if (windowMs === 0) return host
  return { ...host, windows: { ...host.windows, [key]: addToWindow(host.windows[key] ?? [], atMs, value, windowMs) } }
}

/** What this rule has open alerts of. */
function entitiesOf(host: HostState, rule: ThresholdRule): string[] {
  return Object.keys(host.alerts)
    .map(parseAlertKey)
    .filter((key) => key.rule === rule.id)
    .map(({ entity }) => entity)
}

const busiestKept = 5

function busiest(rule: ThresholdRule, { processes }: Snapshot): ProcessSample[] {
  const weight = (one: ProcessSample) => (rule.metric === 'memory.percent' ? one.rssBytes : one.cpuPercent) ?? 0
  return processes.top.toSorted((a, b) => weight(b) - weight(a)).slice(0, busiestKept)
}
