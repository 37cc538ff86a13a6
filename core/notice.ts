/**
 * Notice: what somebody is to be told, one object an incident, receiver and kind. evaluate makes it (if-absent), notify
 * changes it (if-matches):
 *
 *     pending --> claimed (lease) --> sent
 *        |            |--lease over--> claimed by another
 *        |            '--> dead: its receiver will never take it
 *        '--> cancelled
 *
 * Several of one receiver may go as one message; each keeps its own object, and its own way through this.
 */
import type { Late } from './alerts/alert.ts'
import type { Aggregation, Op, Severity } from './alerts/rule.ts'
import type { RuleMetricId } from './alerts/rule-metrics.ts'
import type { Shard } from './keys.ts'
import type { ProcessSample } from './snapshot.ts'

export type NoticeKind =
  | 'firing'
  /** Its severity rose while it fired. */
  | 'escalated'
  /** It still fires, a repeat interval later. At most once each. */
  | 'repeat'
  | 'resolved'
  /** Late data changed what was told of it. */
  | 'amended'
  | 'test'

/** What the shard's state lists until the object exists. */
export interface Notice {
  /** `noticeId` of it; stable, it stands in subjects and headers. */
  id: string
  kind: NoticeKind
  shard: Shard
  receiver: string
  incident: string
  host: string
  rule: string
  entity: string
  severity: Severity
  startedAtMs: number
  /** Event time of the transition that this tells. */
  atMs: number
  reason: string
  value?: number
  threshold?: number
  top?: ProcessSample[]
  /** Of kind `escalated`: what it was before. */
  severityBefore?: Severity
  /** Of kind `repeat`: the how manieth, from 1. */
  repeat?: number
  /** The incident was opened again after it was told as resolved: the how manieth time it is told, from 2. Firing and resolved of one round belong together. */
  round?: number
  /** Notices of one receiver and group may go as one message. */
  group: string
  /** UTC: until then its group gathers. Absent: at once. */
  notBeforeMs?: number
  /** Between two messages of the group, at least. */
  groupIntervalMs: number
  /** The rule's own words: whom to call, what to look at. */
  note?: string
  runbook?: string
  /** What the rule is about. Absent: a check of the host's owner found it. */
  about?: NoticeAbout
  /** The host's, when this was decided. */
  tags?: Readonly<Record<string, string>>
  /** The samples that decided came much later than they were taken. */
  late?: Late
  /** Of kind `resolved`: it is not well again, its host is gone for good. */
  forgotten?: true
  /** Of kind `resolved`: it is not well again, what it is about is there no more. */
  gone?: true
  /** It flaps: told once, then held until it is calm. */
  flapping?: true
  /** The evidence: `[atMs, value]`, at most ten. */
  datapoints?: readonly (readonly [atMs: number, value: number])[]
}

/** What names, units and charts of a notice come from. */
export type NoticeAbout =
  | { kind: 'threshold'; metric: RuleMetricId; agg: Aggregation; op: Op }
  | { kind: 'forecast'; metric: RuleMetricId; withinMs: number }
  | { kind: 'absent'; of: 'host' | 'process' | 'all-hosts' }

export type NoticeStatus =
  | {
      state: 'pending'
      attempts: number
      notBeforeMs: number
      lastError?: string
      /** An attempt ended without an answer, so the receiver may have it. Then it is never cancelled, but for a repeat. */
      perhapsSent?: true
      /** That attempt: what was in one message goes as one again, so that the receiver can know it. */
      by?: string
    }
  | { state: 'claimed'; by: string; untilMs: number; attempts: number }
  | {
      state: 'sent'
      atMs: number
      messageId: string
      where: string
      /** Id of the message that told it; absent: it was alone. */
      message?: string
      /** That message was what exceeded the receiver's hourly cap. */
      digest?: true
    }
  | { state: 'cancelled'; atMs: number; reason: string }
  /** Refused for good, or tried as often as its receiver's policy says: nobody was told. */
  | { state: 'dead'; atMs: number; attempts: number; lastError: string }

export interface NoticeObject {
  v: 1
  notice: Notice
  status: NoticeStatus
}

export const defaultReceiver = 'default'

/** `n` tells several of a kind apart: the repeat, the round; absent for the first firing and its resolved. */
export function noticeId(incident: string, receiver: string, kind: NoticeKind, n?: number): string {
  return `${incident}-${receiver}-${kind}${n === undefined ? '' : `-${n}`}`
}

/** The receiver in a `noticeId`. */
export function receiverOfNotice(id: string, { incident, kind }: Pick<Notice, 'incident' | 'kind'>): string {
  return id.slice(incident.length + 1, Math.max(id.lastIndexOf(`-${kind}`), incident.length + 1))
}
