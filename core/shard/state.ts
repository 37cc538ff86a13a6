/**
 * The one mutable object of a shard of hosts. Putting it, if-matches, is the commit of a run; all that is in it can be
 * computed again from the log.
 */
import type { AlertKey, AlertState } from '../alerts/alert.ts'
import type { ClockReading } from '../batch.ts'
import { refuseNewer, versionIn } from '../newer-version.ts'
import type { Notice } from '../notice.ts'
import type { HostFacts, Snapshot } from '../snapshot.ts'
import type { Control } from '../telling/control.ts'
import type { Told } from '../telling/told.ts'
import type { GoneHost } from './forget.ts'
import type { KnownIncident } from './shown.ts'
import type { StreamState } from './streams.ts'
import type { Timeline } from './timeline.ts'

export const stateVersion = 1

export interface ShardState {
  v: typeof stateVersion
  shard: string
  /** The write id of the run that put it: by that a run knows its own write again when the answer was lost. */
  write: string
  /** The last block of the log; the chain from here is what was committed. */
  head?: { n: number; write: string; prev: string }
  hosts: Record<string, HostState>
  /** Notices whose objects are not known to exist yet. */
  notices: Notice[]
  /** What operators said, as the last run that found it changed took it, and the ETag that it had. */
  control?: Control
  controlEtag?: string
  /** By incident: who was told of it. */
  telling: Record<string, Told>
  /** Hosts that were forgotten, until nothing of them can come any more. */
  gone: Record<string, GoneHost>
  /** evaluate came back then, after it had been away: nobody was silent before. By the function's clock. */
  resumedAtMs?: number
  /** Refused inputs of the last runs, by key, so that one whose deletion failed is not told twice. */
  refused: string[]
  /** Start of the day, UTC, whose first commit the last checkpoint was made for. */
  checkpointDayMs?: number
  /** All hosts are silent at once, and why that is said. */
  allSilent?: AlertState
  allSilentReason?: string
  /** They were, until then. */
  allSilentUntilMs?: number
  /** Where the next run begins to list, when this one stopped at its bound. */
  listAfter?: string
}

export interface HostState {
  firstSeenMs: number
  /** Time of the last run that took something of this host: the function's clock, not the host's. */
  lastArrivalMs: number
  /** Event time of the newest snapshot. */
  lastEventMs?: number
  intervalMs?: number
  shipEveryMs: number
  agentVersion: string
  facts: HostFacts
  /** The agent said goodbye at this event time and nothing came since. */
  stoppedAtMs?: number
  /** How much the host's clock is behind the store's (negative: ahead); only when it is worth telling. */
  skewMs?: number
  /** The last reading of the store's clock: puts samples right whose host didn't know the time. */
  clock?: ClockReading
  streams: Record<string, StreamState>
  /** As they are told: while the host is silent nothing is known of them. */
  alerts: Record<AlertKey, AlertState>
  /** Why each of `alerts` is as it is: the last transition's words. */
  reasons: Record<AlertKey, string>
  /** Of `alerts` those that are open, and those that were lately. */
  incidents?: KnownIncident[]
  /** Its samples of the last time, in order, and what they amount to. */
  timeline?: Timeline
  /** When it was called down lately. */
  wentDownAtMs?: number[]
  /** One point a minute, the last hour: the status page's sparklines. */
  recent: RecentPoint[]
  latest?: Snapshot
  findings: Finding[]
}

export interface RecentPoint {
  /** Start of the minute, UTC. */
  minuteMs: number
  cpuPercent?: number
  memoryPercent?: number
  /** The fullest mount. */
  diskPercent?: number
  /** All interfaces together. */
  receivedBytesPerSecond?: number
  sentBytesPerSecond?: number
  load1?: number
}

/** Something an operator should know that is no alert. */
export interface Finding {
  kind:
    | 'too-many-findings'
    | 'too-many-alerts'
    | 'duplicate-host'
    | 'cloned-stream'
    | 'newer-agent'
    | 'refused-input'
    | 'clock-skew'
    | 'late-data'
  sinceMs: number
  lastMs: number
  count: number
  text: string
}

/** Larger than the state of 1,000 hosts; what is above it is not ours. */
export const stateMaxBytes = 256 * 1024 * 1024

const dayMs = 86_400_000

/** Start of the day, UTC, before whose first commit a checkpoint is made. */
export function checkpointDayOf(nowMs: number): number {
  return Math.floor(nowMs / dayMs) * dayMs
}

export function emptyState(shard: string): ShardState {
  return { v: stateVersion, shard, write: '', hosts: {}, notices: [], refused: [], telling: {}, gone: {} }
}

/** State is our own writing: a damaged one is a broken promise, and throws; a newer one a `NewerVersionError`. */
export function parseState(text: string, shard: string): ShardState {
  const state = JSON.parse(text) as { v?: unknown; shard?: unknown } | null
  refuseNewer(`state of shard ${shard}`, versionIn(state), stateVersion)
  if (state?.v !== stateVersion || state.shard !== shard) {
    const expected = `version ${stateVersion} of shard ${shard}`
    throw new Error(`state: expected ${expected}, found version ${String(state?.v)} of shard ${String(state?.shard)}`)
  }
  return state as ShardState
}
