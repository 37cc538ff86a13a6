/** One host's samples, in the order of event time, through its rules: the next alerts, and a transition for each change. */
import { type AlertKey, alertKey } from '../alerts/alert.ts'
import { judge } from '../alerts/judge.ts'
import type { AbsentRule, Rule, ThresholdRule } from '../alerts/rule.ts'
import { ruleMetricById } from '../alerts/rule-metrics.ts'
import { addToWindow } from '../alerts/window.ts'
import { formatDuration } from '../view/format.ts'
import { busiest, type Decided, decideAlert, decideEach, entitiesOf, type TimedSnapshot } from './decide-alert.ts'
import { decideFindings, decideFindingsSilence } from './decide-findings.ts'
import { withRecent } from './recent.ts'
import type { HostState } from './state.ts'

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
  return decideEach(next, rules, (current, rule) => {
    switch (rule.kind) {
      case 'threshold':
        return decideThreshold(current, { name, rule, sample, nowMs, isNewest })
      case 'finding':
        return isNewest ? decideFindings(current, { name, rule, sample, nowMs }) : { host: current, transitions: [] }
      case 'forecast':
      case 'absent':
        return { host: current, transitions: [] }
    }
  })
}

/** No more to judge by: the host is silent, or its agent said goodbye. */
export function decideSilence(
  before: HostState,
  { rules, ...silence }: { name: string; rules: readonly Rule[]; atMs: number; nowMs: number; reason: string },
): Decided {
  return decideEach(before, rules, (host, rule) => {
    switch (rule.kind) {
      case 'threshold':
        return decideMissing(host, entitiesOf(host, rule), { ...silence, rule })
      case 'finding':
        return decideFindingsSilence(host, rule, silence)
      case 'forecast':
      case 'absent':
        return { host, transitions: [] }
    }
  })
}

function decideThreshold(
  before: HostState,
  {
    name,
    rule,
    sample: { atMs, snapshot },
    nowMs,
    isNewest,
  }: { name: string; rule: ThresholdRule; sample: TimedSnapshot; nowMs: number; isNewest: boolean },
): Decided {
  const values = ruleMetricById(rule.metric).read(snapshot)
  const judged = decideEach(before, values, (host, [entity, value]) => {
    const next = withSample(host, alertKey(rule.id, entity), rule, atMs, value)
    if (!isNewest) return { host: next, transitions: [] }
    const slots = next.windows[alertKey(rule.id, entity)] ?? []
    const judgement = judge(rule, { value, slots, atMs, intervalMs: snapshot.intervalMs })
    const top = busiest(snapshot, rule.metric === 'memory.percent' ? 'memory' : 'cpu')
    return decideAlert(next, { name, rule, entity, atMs, nowMs, ...judgement, top })
  })
  if (!isNewest) return judged
  const gone = entitiesOf(judged.host, rule).filter((entity) => !values.some(([known]) => known === entity))
  const reason = 'the snapshot has no such value'
  const missing = decideMissing(judged.host, gone, { name, rule, atMs, nowMs, reason })
  return { host: missing.host, transitions: [...judged.transitions, ...missing.transitions] }
}

function decideMissing(
  before: HostState,
  entities: readonly string[],
  missing: { name: string; rule: ThresholdRule; atMs: number; nowMs: number; reason: string },
): Decided {
  return decideEach(before, entities, (host, entity) =>
    decideAlert(host, { ...missing, entity, observation: { is: 'missing' } }),
  )
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
  const expected = `it sends every ${formatDuration(host.shipEveryMs)}`
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
