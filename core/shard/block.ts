/** Block: all that one committed run took and decided. NDJSON: a header, then rows. Immutable. */

import type { Transition } from '../alerts/alert.ts'
import type { Severity } from '../alerts/rule.ts'
import type { AgentGap, ClockReading } from '../batch.ts'
import type { Change } from '../change.ts'
import { refuseNewer } from '../newer-version.ts'
import type { NoticeKind } from '../notice.ts'
import type { HostFacts, Snapshot } from '../snapshot.ts'
import type { Control } from '../telling/control.ts'
import type { HeldBy } from '../telling/hold.ts'

export const blockVersion = 1

export interface BlockHeader {
  kind: 'block'
  v: typeof blockVersion
  shard: string
  n: number
  write: string
  prev: string
  /** The function's clock when the run decided. */
  nowMs: number
  rulesHash: string
  /** Names who is told of what, routes and maintenance. Absent: everything goes to the default receiver. */
  policyHash?: string
  /** False: the run had not seen everything that was sent, and called nobody down. */
  sawWholeInbox: boolean
  /** Something of these hosts lay there and could not be read: nobody knows whether they are silent. Absent: none. */
  unreadHosts?: readonly string[]
  /** evaluate itself had been away until this run: before it, nobody was silent. */
  resumedAtMs?: number
}

/** A batch that was taken; its samples and gaps follow as rows of their own. */
export interface TakenBatch {
  kind: 'batch'
  host: string
  stream: string
  seq: number
  sha16: string
  agentVersion: string
  shipEveryMs: number
  clock?: ClockReading
  facts: HostFacts
}

export interface SampleRow {
  kind: 'sample'
  host: string
  /** Event time: the host's wall clock, corrected where the store's clock shows that it was wrong. */
  atMs: number
  snapshot: Snapshot
  /** Against the newest sample before; absent: none. */
  changes?: Change[]
}

export interface GapRow {
  kind: 'gap'
  host: string
  fromMs: number
  toMs: number
  /** Absent: nobody knows how many. */
  snapshots?: number
  batches?: number
  reason: string
  /** The agent's own words, times uncorrected; absent where evaluate found the gap. */
  told?: AgentGap
}

export interface GoodbyeRow {
  kind: 'goodbye'
  host: string
  atMs: number
  /** The host's wall clock. */
  observedAtMs: number
}

/** Input that was refused; the object itself lies under rejected/, as long as there is room. */
export interface RefusedRow {
  kind: 'refused'
  /** As far as the key tells. */
  host?: string
  key: string
  reason: string
}

/** What operators say, where it is news to this shard. */
export interface ControlRow {
  kind: 'control'
  /** Of the object; empty: it is gone. */
  etag: string
  /** Of it what isn't over, and concerns the shard. */
  control: Control
}

/** A host that is gone for good has left state. */
export interface ForgottenRow {
  kind: 'forgotten'
  host: string
  by: string
  /** When that was said. */
  atMs: number
}

interface AboutIncident {
  incident: string
  host: string
  rule: string
  entity: string
  severity: Severity
  /** Time of the run. */
  decidedAtMs: number
  reason: string
}

/** Somebody is told of an incident. */
export interface TellingRow extends AboutIncident {
  kind: 'telling'
  tell: Exclude<NoticeKind, 'test'>
  /** Ids, one a receiver. */
  notices: string[]
}

/** Nobody is told now, or nobody again, and why; once, until somebody is told. */
export interface HeldRow extends AboutIncident {
  kind: 'held'
  by: HeldBy
}

export type BlockRow =
  | TakenBatch
  | SampleRow
  | GapRow
  | GoodbyeRow
  | RefusedRow
  | Transition
  | ControlRow
  | ForgottenRow
  | TellingRow
  | HeldRow

export interface Block {
  header: BlockHeader
  rows: BlockRow[]
}

export function encodeBlock({ header, rows }: Block): string {
  return [header, ...rows].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Blocks are our own writing: a damaged one is a broken promise, and throws; a newer one a `NewerVersionError`. */
export function parseBlock(text: string): Block {
  const lines = text.split('\n').filter((line) => line !== '')
  const [header, ...rows] = lines.map((line) => JSON.parse(line) as unknown)
  const { kind, v } = (header ?? {}) as { kind?: unknown; v?: unknown }
  refuseNewer('block', v, blockVersion)
  if (kind !== 'block' || v !== blockVersion) {
    throw new Error(`not a block of version ${blockVersion}: kind ${String(kind)}, version ${String(v)}`)
  }
  return { header: header as BlockHeader, rows: rows as BlockRow[] }
}
