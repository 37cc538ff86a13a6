/** What is looked after of a host beside its alerts: streams that ended, findings, what late data could not change. */
import type { HostRules } from '../alerts/host-rules.ts'
import { isBeyond } from '../alerts/judge.ts'
import type { Reading } from '../alerts/readings.ts'
import { shortDuration, utcTime } from '../alerts/reason.ts'
import { ruleMetricById } from '../alerts/rule-metrics.ts'
import { limits } from '../limits.ts'
import { formatDuration } from '../view/format.ts'
import { plainSpaces } from '../view/line.ts'
import { isTold, withFinding, withoutOldFindings } from './findings.ts'
import type { HostState } from './state.ts'
import type { Grown } from './timeline.ts'

interface UpkeepOptions {
  rules: HostRules
  latenessMs: number
  nowMs: number
}

/** Longer than any spool keeps a batch, so that a batch can't come after its watermark is gone. */
export const streamKeptMs = 60 * 86_400_000

export function lookAfter(before: HostState, grown: Grown, { rules, latenessMs, nowMs }: UpkeepOptions): HostState {
  let host = withoutOldStreams(withoutOldFindings(withoutOldIncidents(before), nowMs), nowMs)
  host = withDuplicates(host, nowMs)
  host = withSkewTold(host, nowMs)
  if (grown.tooLate.length > 0) {
    host = withFinding(host, 'late-data', lateWords(grown.tooLate, rules, { latenessMs, nowMs }), nowMs)
  }
  if (grown.isFull.findings) {
    const text = `${limits.findingAlertsPerHost} alerts of custom checks are open; what else they find is not told`
    host = withFinding(host, 'too-many-findings', text, nowMs)
  }
  if (grown.isFull.alerts) {
    const text = `it has more than ${limits.alertsPerHost} alerts, or ${limits.seriesPerHost} things that rules are about; the rest is not judged`
    host = withFinding(host, 'too-many-alerts', text, nowMs)
  }
  return host
}

/** Those that no late sample can say anything about any more. */
function withoutOldIncidents(host: HostState): HostState {
  const { incidents, ...rest } = host
  const sinceMs = host.timeline?.marks[0]?.atMs ?? 0
  const kept = incidents?.filter(({ endedAtMs }) => endedAtMs === undefined || endedAtMs >= sinceMs) ?? []
  return kept.length > 0 ? { ...rest, incidents: kept } : rest
}

/** What decided nothing any more, and whether it would have. */
function lateWords(
  readings: readonly Reading[],
  rules: HostRules,
  { latenessMs, nowMs }: { latenessMs: number; nowMs: number },
): string {
  const times = readings.map(({ atMs }) => utcTime(atMs, nowMs))
  const span = times.length === 1 ? `of ${times[0]}` : `from ${times[0]} to ${times.at(-1)}`
  const count = `${readings.length} ${readings.length === 1 ? 'snapshot' : 'snapshots'}`
  const beyond = rules.thresholds.flatMap(({ rule, keyOf }) =>
    readings.flatMap(({ values, atMs }) =>
      (values[rule.metric] ?? [])
        .filter(([entity, value]) => keyOf(entity) !== undefined && isBeyond(rule, value, rule.threshold))
        .map(([entity]) => `${`${ruleMetricById(rule.metric).title} ${entity}`.trim()} at ${utcTime(atMs, nowMs)}`),
    ),
  )
  const [first] = beyond
  const contradicts = first === undefined ? '' : `; among them beyond a threshold: ${first}`
  return `${count} ${span} came more than ${shortDuration(latenessMs)} late: in the history, but without a say in alerts${contradicts}`.slice(
    0,
    limits.reasonLength,
  )
}

function withSkewTold(host: HostState, nowMs: number): HostState {
  const { skewMs } = host
  if (skewMs === undefined || isTold(host, 'clock-skew', nowMs)) return host
  const by = plainSpaces(formatDuration(Math.abs(skewMs)))
  const text = `its clock is ${by} ${skewMs > 0 ? 'behind' : 'ahead'}; its samples stand where the store's clock has them`
  return withFinding(host, 'clock-skew', text, nowMs)
}

function withoutOldStreams(host: HostState, nowMs: number): HostState {
  const entries = Object.entries(host.streams)
  const kept = entries.filter(([, stream]) => nowMs - stream.lastArrivalMs < streamKeptMs)
  return kept.length === entries.length ? host : { ...host, streams: Object.fromEntries(kept) }
}

/** Two streams whose snapshots overlap in time, both alive: two agents write under one name. */
function withDuplicates(host: HostState, nowMs: number): HostState {
  const aliveMs = Math.max(2 * host.shipEveryMs, 10 * 60_000)
  const alive = Object.values(host.streams).filter((stream) => nowMs - stream.lastArrivalMs < aliveMs)
  const toleranceMs = 2 * (host.intervalMs ?? 60_000)
  const overlap = alive.some((a, index) =>
    alive.slice(index + 1).some((b) => {
      const beginMs = Math.max(a.firstEventMs ?? 0, b.firstEventMs ?? 0)
      const endMs = Math.min(a.lastEventMs ?? 0, b.lastEventMs ?? 0)
      return endMs - beginMs > toleranceMs
    }),
  )
  if (!overlap || isTold(host, 'duplicate-host', nowMs)) return host
  return withFinding(host, 'duplicate-host', 'two agents send under this name at the same time', nowMs)
}
