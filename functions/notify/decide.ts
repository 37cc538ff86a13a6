/** What is to be done with a notice: pure, from its own status, its firing's and the time. */
import type { NoticeKind, NoticeStatus } from '../../core/notice.ts'
import type { NotifyPolicy } from './policy.ts'

export type Readiness = { is: 'settled' } | { is: 'due' } | { is: 'waiting'; reason: string }

/**
 * A time that lies further ahead than anybody would set it was written by a clock that has gone back since, and holds
 * nothing up.
 */
export function readiness(
  status: NoticeStatus,
  nowMs: number,
  { leaseMs, backoffCapMs }: Pick<NotifyPolicy, 'leaseMs' | 'backoffCapMs'>,
): Readiness {
  switch (status.state) {
    case 'pending':
      if (!isAhead(status.notBeforeMs, nowMs, backoffCapMs)) return { is: 'due' }
      return { is: 'waiting', reason: `attempt ${status.attempts} failed: ${status.lastError ?? 'no reason kept'}` }
    case 'claimed':
      if (!isAhead(status.untilMs, nowMs, leaseMs)) return { is: 'due' }
      return { is: 'waiting', reason: 'another run is sending it' }
    case 'sent':
    case 'cancelled':
      return { is: 'settled' }
  }
}

/** Twice the longest: the clocks of two runs need not agree. */
function isAhead(atMs: number, nowMs: number, longestMs: number): boolean {
  return atMs > nowMs && atMs <= nowMs + 2 * longestMs
}

/** May the receiver have it, although it doesn't say `sent`? */
export function isPerhapsSent(status: NoticeStatus): boolean {
  return status.state === 'claimed' || (status.state === 'pending' && status.perhapsSent === true)
}

export function failedAttempts(status: NoticeStatus): number {
  if (status.state === 'pending') return status.attempts
  // Whoever claimed it is gone and didn't say how it went.
  return status.state === 'claimed' ? status.attempts + 1 : 0
}

/** Nobody is told of these who was not told that it fires. */
export type FollowingKind = Exclude<NoticeKind, 'firing' | 'test'>

export function follows(kind: NoticeKind): kind is FollowingKind {
  return kind !== 'firing' && kind !== 'test'
}

export type FollowingDecision =
  | { do: 'send'; inReplyTo?: string }
  | { do: 'wait'; reason: string }
  /** Nobody was told of the beginning, so nobody needs to be told what came of it. */
  | { do: 'cancel'; alsoFiring: boolean; reason: string }

/**
 * What follows a firing, by the status of that one; `missing`: it was settled long ago and left `open`. Only its end takes a
 * firing back that nobody has.
 */
export function decideFollowing(kind: FollowingKind, firing: NoticeStatus | 'missing'): FollowingDecision {
  if (firing === 'missing') return { do: 'send' }
  switch (firing.state) {
    case 'sent':
      return { do: 'send', inReplyTo: firing.messageId }
    case 'claimed':
      return { do: 'wait', reason: 'its firing is being sent' }
    case 'pending':
      if (isPerhapsSent(firing)) return { do: 'wait', reason: 'its firing may have been sent, and must be first' }
      if (kind !== 'resolved') return { do: 'wait', reason: 'its firing is not sent yet' }
      return { do: 'cancel', alsoFiring: true, reason: 'over before its firing was sent' }
    case 'cancelled':
      return { do: 'cancel', alsoFiring: false, reason: 'its firing was cancelled' }
  }
}
