/** What is to be done with a notice: pure, from its own status, its firing's and the time. */
import type { NoticeKind, NoticeStatus } from '../../core/notice.ts'

export type Readiness = { is: 'settled' } | { is: 'due' } | { is: 'waiting'; reason: string }

/**
 * A time that lies further ahead than anybody would set it was written by a clock that has gone back since, and holds
 * nothing up.
 */
export function readiness(
  status: NoticeStatus,
  nowMs: number,
  { leaseMs, longestWaitMs }: { leaseMs: number; longestWaitMs: number },
): Readiness {
  switch (status.state) {
    case 'pending':
      if (!isAhead(status.notBeforeMs, nowMs, longestWaitMs)) return { is: 'due' }
      return { is: 'waiting', reason: `attempt ${status.attempts} failed: ${status.lastError ?? 'no reason kept'}` }
    case 'claimed':
      if (!isAhead(status.untilMs, nowMs, leaseMs)) return { is: 'due' }
      return { is: 'waiting', reason: 'another run is sending it' }
    case 'sent':
    case 'cancelled':
    case 'dead':
      return { is: 'settled' }
  }
}

/** Twice the longest: the clocks of two runs need not agree. */
export function isAhead(atMs: number, nowMs: number, longestMs: number): boolean {
  return atMs > nowMs && atMs <= nowMs + 2 * longestMs
}

/** May the receiver have it, although it doesn't say `sent`? */
export function isPerhapsSent(status: NoticeStatus): boolean {
  return status.state === 'claimed' || (status.state === 'pending' && status.perhapsSent === true)
}

/** The attempt of which nobody knows how it went. */
export function doubtfulAttempt(status: NoticeStatus): string | undefined {
  if (status.state === 'claimed') return status.by
  return status.state === 'pending' && status.perhapsSent ? status.by : undefined
}

export function failedAttempts(status: NoticeStatus): number {
  if (status.state === 'pending') return status.attempts
  // Whoever claimed it is gone and didn't say how it went.
  return status.state === 'claimed' ? status.attempts + 1 : 0
}

export type FollowDecision =
  | { do: 'send'; inReplyTo?: string }
  /** In the same message as its firing, or not yet. */
  | { do: 'send-with-firing' }
  | { do: 'wait'; reason: string }
  /** Nobody was told of the beginning, so nobody needs to be told of the rest. */
  | { do: 'cancel'; alsoFiring: boolean; reason: string }

/**
 * What follows a firing, by the firing's status; `missing`: it was settled long ago and left `open`. `toldBy`: the message
 * id of another notice of the incident that was sent, if one was.
 */
export function decideFollowing(
  kind: Exclude<NoticeKind, 'firing'>,
  firing: NoticeStatus | 'missing',
  toldBy?: string,
): FollowDecision {
  if (firing === 'missing') return { do: 'send' }
  switch (firing.state) {
    case 'sent':
      return { do: 'send', inReplyTo: firing.messageId }
    case 'claimed':
      return { do: 'wait', reason: 'its firing is being sent' }
    case 'pending':
      if (isPerhapsSent(firing)) return { do: 'wait', reason: 'its firing may have been sent, and must be first' }
      if (kind !== 'resolved') return { do: 'send-with-firing' }
      return { do: 'cancel', alsoFiring: true, reason: 'over before its firing was sent' }
    case 'cancelled':
      return { do: 'cancel', alsoFiring: false, reason: 'its firing was cancelled' }
    case 'dead':
      if (toldBy !== undefined) return { do: 'send', inReplyTo: toldBy }
      // Its receiver may be put right meanwhile: what still says that something is wrong is worth a try.
      if (kind === 'escalated' || kind === 'repeat') return { do: 'send' }
      return { do: 'cancel', alsoFiring: false, reason: 'nobody could be told of its firing' }
  }
}
