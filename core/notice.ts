/**
 * Notice: what somebody is to be told, one object an incident, receiver and kind. evaluate makes it (if-absent), notify
 * changes it (if-matches):
 *
 *     pending --> claimed (lease) --> sent
 *        |            '--lease over--> claimed by another
 *        '--> cancelled
 */
import type { Severity } from './alerts/rule.ts'
import type { Shard } from './keys.ts'
import type { ProcessSample } from './snapshot.ts'

export type NoticeKind = 'firing' | 'resolved' | 'test'

/** What the shard's state lists until the object exists. */
export interface Notice {
  /** `<incident>-<receiver>-<kind>`; stable, it stands in subjects and headers. */
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
}

export type NoticeStatus =
  /** `perhapsSent`: an attempt ended without an answer, so the receiver may have it. Then it is never cancelled. */
  | { state: 'pending'; attempts: number; notBeforeMs: number; lastError?: string; perhapsSent?: true }
  | { state: 'claimed'; by: string; untilMs: number; attempts: number }
  | { state: 'sent'; atMs: number; messageId: string; where: string }
  | { state: 'cancelled'; atMs: number; reason: string }

export interface NoticeObject {
  v: 1
  notice: Notice
  status: NoticeStatus
}

export const defaultReceiver = 'default'

export function noticeId(incident: string, receiver: string, kind: NoticeKind): string {
  return `${incident}-${receiver}-${kind}`
}
