/** What the status page shows, an object a shard, published by evaluate after each commit. A view: state is the truth. */
import type { AlertKey, AlertState } from './alerts/alert.ts'
import type { Severity } from './alerts/rule.ts'
import type { Finding, RecentPoint } from './shard/state.ts'
import type { HostFacts, Snapshot } from './snapshot.ts'

export interface ShardNow {
  v: 1
  shard: string
  /** Number of the block that this shows; a later one replaces it. */
  n: number
  publishedAtMs: number
  hosts: HostNow[]
  /** All of them are silent at once: the store or the way to it, rather than they. */
  allSilent?: { sinceMs: number; reason: string }
}

export interface HostNow {
  host: string
  facts: HostFacts
  agentVersion: string
  lastArrivalMs: number
  lastEventMs?: number
  intervalMs?: number
  stoppedAtMs?: number
  skewMs?: number
  /** Those fields of it that are published (`core/published.ts`). */
  latest?: Snapshot
  recent: RecentPoint[]
  /** All that isn't ok, firing first. */
  alerts: AlertNow[]
  findings: Finding[]
}

export interface AlertNow {
  key: AlertKey
  rule: string
  entity: string
  severity: Severity
  alert: AlertState
  /** The last transition's reason. */
  reason?: string
}
