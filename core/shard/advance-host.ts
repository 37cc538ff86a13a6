/** One host through a run: its new batches, what they make of its alerts, and whether it is there at all. */
import type { Transition } from '../alerts/alert.ts'
import type { HostRules } from '../alerts/host-rules.ts'
import { type Reading, readingOf } from '../alerts/readings.ts'
import type { Rule } from '../alerts/rule.ts'
import type { ProcessSample, Snapshot } from '../snapshot.ts'
import { formatDuration } from '../view/format.ts'
import { plainSpaces } from '../view/line.ts'
import type { RulesOf } from './advance.ts'
import { amend } from './amend.ts'
import type { BlockRow } from './block.ts'
import { decidePresence, type PresenceOptions } from './decide-presence.ts'
import { withRecent } from './recent.ts'
import { dropUnruled, type Shown, show, showAll, silence } from './shown.ts'
import type { HostState } from './state.ts'
import { type NewBatch, takeBatches } from './take.ts'
import { growTimeline } from './timeline.ts'
import { lookAfter } from './upkeep.ts'

interface About {
  name: string
  rules: HostRules
  nowMs: number
}

interface AdvanceHostOptions {
  name: string
  batches: readonly NewBatch[]
  rulesOf: RulesOf
  latenessMs: number
  nowMs: number
}

interface AdvancedHost {
  host: HostState
  transitions: Transition[]
}

type ListenOptions = Omit<PresenceOptions, 'host' | 'isAllSilent'> & { allSilentSinceMs: number | undefined }

/** The host after its new batches. */
export function advanceHost(
  before: HostState,
  { name, batches, rulesOf, latenessMs, nowMs }: AdvanceHostOptions,
): AdvancedHost & { rows: BlockRow[] } {
  const { host: taken, rows, samples, saidGoodbyeAtMs } = takeBatches(before, batches, nowMs)
  const rules = rulesOf(name, taken)
  const snapshots = new Map<Reading, Snapshot>()
  for (const { atMs, snapshot } of samples) snapshots.set(readingOf(atMs, snapshot, rules), snapshot)
  let host = withStop(withNewest({ ...taken, recent: withRecent(taken.recent, samples) }, samples), saidGoodbyeAtMs)
  const shown = shownOf(host, { name, rules, nowMs }, (reading, rule) => busiest(snapshots.get(reading), rule))
  dropUnruled(shown)
  const grown = growTimeline(host.timeline, {
    host: name,
    rules,
    readings: [...snapshots.keys()],
    latenessMs,
    amend: (fold, again) => amend(shown, fold, again),
  })
  for (const step of grown.steps) show(shown, step)
  if (samples.length > 0) showAll(shown, grown.fold, [...snapshots.keys()])
  if (host.stoppedAtMs !== undefined && host.stoppedAtMs !== before.stoppedAtMs) {
    silence(shown, host.stoppedAtMs, 'the agent was stopped')
  }
  host = { ...withShown(host, shown), timeline: grown.end() }
  return { host: lookAfter(host, grown, { rules, latenessMs, nowMs }), rows, transitions: shown.transitions }
}

/** The host after this run has listened for it. */
export function listenFor(host: HostState, { allSilentSinceMs, ...options }: About & ListenOptions): AdvancedHost {
  const shown = shownOf(host, options, () => undefined)
  dropUnruled(shown)
  const isAllSilent = allSilentSinceMs !== undefined
  const wentDownAtMs = decidePresence(shown, { ...options, host, isAllSilent })
  if (isAllSilent && !options.isHeard && host.stoppedAtMs === undefined) {
    silence(shown, allSilentSinceMs, 'all hosts are silent')
  }
  if (shown.transitions.length === 0) return { host, transitions: [] }
  return {
    host: { ...withShown(host, shown), ...(wentDownAtMs.length > 0 ? { wentDownAtMs } : {}) },
    transitions: shown.transitions,
  }
}

function shownOf(host: HostState, { name, rules, nowMs }: About, topOf: Shown['topOf']): Shown {
  return {
    host: name,
    rules,
    nowMs,
    lateAfterMs: 2 * host.shipEveryMs + 60_000,
    note: skewNote(host),
    alerts: new Map(Object.entries(host.alerts)),
    reasons: new Map(Object.entries(host.reasons)),
    incidents: host.incidents ?? [],
    transitions: [],
    topOf,
  }
}

function skewNote({ skewMs }: HostState): string {
  if (skewMs === undefined) return ''
  const by = plainSpaces(formatDuration(Math.abs(skewMs)))
  return ` (the host's clock is ${by} ${skewMs > 0 ? 'behind' : 'ahead'}; put right)`
}

function withShown(host: HostState, { alerts, reasons, incidents }: Shown): HostState {
  const { incidents: _, ...rest } = host
  return {
    ...rest,
    alerts: Object.fromEntries(alerts),
    reasons: Object.fromEntries(reasons),
    ...(incidents.length > 0 ? { incidents } : {}),
  }
}

function withNewest(host: HostState, samples: readonly { atMs: number; snapshot: Snapshot }[]): HostState {
  const newest = samples.at(-1)
  if (!newest || newest.atMs <= (host.lastEventMs ?? Number.NEGATIVE_INFINITY)) return host
  const { atMs, snapshot } = newest
  return { ...host, lastEventMs: atMs, latest: snapshot, intervalMs: snapshot.intervalMs }
}

/** Stopped, unless something newer than the goodbye is known. */
function withStop(host: HostState, saidGoodbyeAtMs: number | undefined): HostState {
  const { stoppedAtMs, ...rest } = host
  const latest = Math.max(stoppedAtMs ?? 0, saidGoodbyeAtMs ?? 0)
  return latest > 0 && latest >= (host.lastEventMs ?? 0) ? { ...rest, stoppedAtMs: latest } : rest
}

const busiestKept = 5

/** The processes that a mail names beside the alert. */
function busiest(snapshot: Snapshot | undefined, rule: Rule): ProcessSample[] | undefined {
  const isMemory = 'metric' in rule && rule.metric.startsWith('memory.')
  const weight = (one: ProcessSample) => (isMemory ? one.rssBytes : one.cpuPercent) ?? 0
  return snapshot?.processes.top.toSorted((a, b) => weight(b) - weight(a)).slice(0, busiestKept)
}
