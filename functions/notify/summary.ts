/** What one run did, for logs, terminal and pages. */
import type { NoticeKind } from '../../core/notice.ts'
import type { KnownNotice, UnreadNotice } from './notice-store.ts'

export interface DeliverySummary {
  sent: SentNotice[]
  cancelled: (NoticeName & { reason: string })[]
  /** An attempt was made; the next is not before `notBeforeMs` (UTC). */
  failed: (NoticeName & { error: string; attempts: number; notBeforeMs: number })[]
  /** Nobody will be told of these: their receiver refused them for good, or was tried often enough. */
  dead: (NoticeName & { error: string; attempts: number })[]
  /** Messages that told what exceeded a receiver's hourly cap. */
  digests: { receiver: string; id: string; notices: number; capPerHour: number }[]
  waiting: (NoticeName & { reason: string })[]
  unread: UnreadNotice[]
  /** Ids of those moved out of `open`. */
  archived: string[]
}

export interface NoticeName {
  id: string
  kind: NoticeKind
  host: string
  receiver: string
}

interface SentNotice extends NoticeName {
  messageId: string
  /** The path of an `.eml` file, or server and addresses. */
  where: string
  /** `false`: it lies in a file, and no person was told. */
  reachesSomebody: boolean
}

export function nameOf({ object }: KnownNotice): NoticeName {
  const { id, kind, host, receiver } = object.notice
  return { id, kind, host, receiver }
}
